using Grpc.Core;
using Platform.Enrollment.V1;
using Platform.Shared.Time;

namespace Platform.Local.Demo;

/// <summary>Somebody made up, on the way.</summary>
internal sealed class JourneyPerson
{
    public required string Name { get; init; }

    public required string PersonId { get; init; }

    public required string ReferralId { get; init; }

    /// <summary>Leaves the first session early, so that the day stays below the floor.</summary>
    public required bool LeavesEarly { get; init; }

    public string EpisodeId { get; set; } = string.Empty;

    /// <summary>Service days so far.</summary>
    public int Days { get; set; }
}

/// <summary>The first steps: a referral, the answers that make it eligible, and the consents.</summary>
internal static class JourneyPeople
{
    public const int Count = 3;

    private static readonly (string Given, string Family, string Born, Sex Sex)[] MadeUp =
    [
        ("Avery", "Example", "1988-04-17", Sex.Female),
        ("Blake", "Specimen", "1979-11-02", Sex.Male),
        ("Casey", "Sample", "1995-07-23", Sex.Female),
    ];

    public static async Task<(List<JourneyPerson> People, string Story)> ReferAsync(
        JourneyClients clients, Metadata headers, TimeProvider time)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var people = new List<JourneyPerson>();
        foreach (var (given, family, born, sex) in MadeUp)
        {
            var created = await clients.Referrals.CreateReferralAsync(
                new CreateReferralRequest
                {
                    RequestId = NewId(),
                    Person = new Person
                    {
                        GivenName = given,
                        FamilyName = family,
                        BirthDate = born,
                        Sex = sex,
                        Address = new Address { Street = "1 Example Street", City = "Charlottesville", State = "VA", Zip = "229020001" },
                        Diagnosis = "F1020",
                    },
                    Source = ReferralSource.Inpatient,
                    ReferredOn = today.AddDays(-14).ToIso(),
                },
                headers);
            var answers = new AnswerEligibilityRequest { RequestId = NewId(), ReferralId = created.Referral.Id };
            answers.Answers.AddRange(Enum.GetValues<EligibilityQuestion>()
                .Where(q => q != EligibilityQuestion.Unspecified)
                .Select(q => new EligibilityAnswer { Question = q, Yes = true }));
            var answered = await clients.Referrals.AnswerEligibilityAsync(answers, headers);
            if (answered.Referral.Status != ReferralStatus.Eligible)
            {
                throw new InvalidOperationException($"referral {created.Referral.Id} is {answered.Referral.Status}, not eligible");
            }

            var consent = new RecordConsentRequest
            {
                RequestId = NewId(),
                PersonId = created.Referral.PersonId,
                Recipient = "my treating providers, health plans and payers",
                Description = "all records of this episode of care",
                SignedOn = today.AddDays(-13).ToIso(),
            };
            consent.Purposes.AddRange([Purpose.Treatment, Purpose.Payment, Purpose.Operations]);
            await clients.Consents.RecordConsentAsync(consent, headers);
            people.Add(new JourneyPerson
            {
                Name = $"{given} {family}",
                PersonId = created.Referral.PersonId,
                ReferralId = created.Referral.Id,
                LeavesEarly = people.Count == 1,
            });
        }

        return (people, string.Join('\n', people.Select(p => $"{p.Name}: eligible, consented (referral {p.ReferralId})")));
    }

    public static string NewId() => Guid.CreateVersion7().ToString();
}
