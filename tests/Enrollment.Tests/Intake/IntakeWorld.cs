using Platform.Enrollment.V1;

namespace Platform.Enrollment.Intake;

/// <summary>Steps of intake.</summary>
internal static class IntakeWorld
{
    public static Person Someone(string given, string family, string born, string memberId = "") => new()
    {
        GivenName = given,
        FamilyName = family,
        BirthDate = born,
        MemberIds = { memberId.Length == 0 ? [] : [new MemberId { PayerCode = "PLAN", MemberId_ = memberId }] },
    };

    public static async Task<CreateReferralResponse> ReferAsync(this World world, Person person, Grpc.Core.Metadata? headers = null) =>
        await world.Referrals.CreateReferralAsync(
            new CreateReferralRequest
            {
                RequestId = World.NewId(),
                Person = person,
                Source = ReferralSource.Court,
                ReferredOn = World.Today(),
                SourceDetail = new() { Organization = "District Court", Contact = "Clerk, 555-0100" },
            },
            headers ?? world.Operator);

    public static Grpc.Core.AsyncUnaryCall<MergePersonsResponse> MergeAsync(
        this World world, string keep, string merge, Grpc.Core.Metadata? headers = null, string? requestId = null) =>
        world.Persons.MergePersonsAsync(
            new MergePersonsRequest
            {
                RequestId = requestId ?? World.NewId(), KeepPersonId = keep, MergePersonId = merge, Reason = "same driver's licence",
            },
            headers ?? world.Operator);

    public static async Task<Person> PersonAsync(this World world, string id, Grpc.Core.Metadata? headers = null) =>
        (await world.Persons.GetPersonAsync(
            new GetPersonRequest { PersonId = id, Purpose = Purpose.Treatment }, headers ?? world.Operator)).Person;
}
