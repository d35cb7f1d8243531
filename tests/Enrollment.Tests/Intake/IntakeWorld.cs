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

    public static AssessmentService.AssessmentServiceClient Assessments(this World world) => new(world.Host.Channel);

    public static SafetyService.SafetyServiceClient Safety(this World world) => new(world.Host.Channel);

    public static OutcomeService.OutcomeServiceClient Outcomes(this World world) => new(world.Host.Channel);

    /// <summary>An assessment without risk that recommends and chooses intensive outpatient.</summary>
    public static AsamAssessment Asam(string personId, AsamEdition edition = AsamEdition.Third)
    {
        string[] dimensions = edition == AsamEdition.Third
            ? ["1", "2", "3", "4", "5", "6"]
            : ["1A", "1B", "1C", "2A", "2B", "2C", "3A", "3B", "3C", "3D", "3E", "4A", "4B", "5A", "5B", "5C", "5D"];
        return new AsamAssessment
        {
            PersonId = personId,
            Edition = edition,
            AssessedOn = World.Today(),
            Ratings = { dimensions.Select(d => new AsamRating { Dimension = d, Rating = "0" }) },
            PersonCenteredConsiderations = edition == AsamEdition.Third ? "" : "prefers evenings; no barriers",
            RecommendedLevel = "2.1",
            ChosenLevel = "2.1",
        };
    }

    /// <summary>Answers of a PHQ-9 that make a total of at most 24, or 27 with item 9.</summary>
    public static (string Item, int Value)[] Phq9(int total, int item9) =>
        [.. Spread(total - item9, 8), ("9", item9)];

    public static (string Item, int Value)[] Gad7(int total) => Spread(total, 7);

    public static RecordScreeningRequest Screening(
        string personId, string siteId, Instrument instrument, string on, params (string Item, int Value)[] answers) => new()
        {
            RequestId = World.NewId(),
            PersonId = personId,
            SiteId = siteId,
            Instrument = instrument,
            TakenOn = on,
            Answers = { answers.Select(a => new ScreeningAnswer { Item = a.Item, Value = a.Value }) },
        };

    public static async Task<RecordScreeningResponse> ScreenAsync(
        this World world, string personId, string siteId, Instrument instrument, (string Item, int Value)[] answers, string? on = null,
        Grpc.Core.Metadata? headers = null, string? requestId = null)
    {
        var request = Screening(personId, siteId, instrument, on ?? World.Today(), answers);
        request.RequestId = requestId ?? request.RequestId;
        return await world.Assessments().RecordScreeningAsync(request, headers ?? world.Operator);
    }

    private static (string Item, int Value)[] Spread(int total, int items) =>
        [.. Enumerable.Range(0, items).Select(i => ($"{i + 1}", Math.Clamp(total - (3 * i), 0, 3)))];
}
