using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Platform.Shared.Persistence;
using Platform.Support;

namespace Platform.Enrollment;

public sealed class ModelTests
{
    [Fact]
    public void The_migrations_make_the_model_as_it_is()
    {
        using var db = new EnrollmentDbContext(DesignTimeStore.Options<EnrollmentDbContext>());
        db.Database.HasPendingModelChanges().ShouldBeFalse();
    }

    [Fact]
    public void Every_rpc_is_there_and_says_who_may_call_it() =>
        RpcPolicies.Missing(typeof(EnrollmentService).Assembly).ShouldBeEmpty();

    // They are converted by number.
    [Theory]
    [InlineData(typeof(Sites.FacilityType), typeof(V1.FacilityType))]
    [InlineData(typeof(Sites.Track), typeof(V1.Track))]
    [InlineData(typeof(Sites.AgeGroup), typeof(V1.AgeGroup))]
    [InlineData(typeof(Sites.Delivery), typeof(V1.Delivery))]
    [InlineData(typeof(Sites.PayerKind), typeof(V1.PayerKind))]
    [InlineData(typeof(Referrals.LevelOfCare), typeof(V1.ProgramLevel))]
    [InlineData(typeof(Credentials.CredentialKind), typeof(V1.CredentialKind))]
    [InlineData(typeof(Credentials.CredentialStatus), typeof(V1.CredentialStatus))]
    [InlineData(typeof(Placement.OfferStatus), typeof(V1.OfferStatus))]
    [InlineData(typeof(Waitlist.WaitlistStatus), typeof(V1.WaitlistStatus))]
    [InlineData(typeof(Waitlist.WaitlistFact), typeof(V1.WaitlistFact))]
    [InlineData(typeof(Waitlist.WaitlistEventKind), typeof(V1.WaitlistEventKind))]
    [InlineData(typeof(Referrals.ReferralSource), typeof(V1.ReferralSource))]
    [InlineData(typeof(Referrals.ReferralStatus), typeof(V1.ReferralStatus))]
    [InlineData(typeof(Referrals.Sex), typeof(V1.Sex))]
    [InlineData(typeof(Referrals.DocumentKind), typeof(V1.DocumentKind))]
    [InlineData(typeof(Assessments.Asam.AsamEdition), typeof(V1.AsamEdition))]
    [InlineData(typeof(Assessments.Screening.Instrument), typeof(V1.Instrument))]
    [InlineData(typeof(Assessments.Safety.SafetyAlertKind), typeof(V1.SafetyAlertKind))]
    [InlineData(typeof(Assessments.Safety.SafetySeverity), typeof(V1.SafetySeverity))]
    [InlineData(typeof(Assessments.Safety.SafetyAlertStatus), typeof(V1.SafetyAlertStatus))]
    [InlineData(typeof(Outcomes.ScoreChange), typeof(V1.ScoreChange))]
    [InlineData(typeof(Referrals.Duplicates.MatchReason), typeof(V1.MatchReason))]
    [InlineData(typeof(Referrals.EligibilityQuestion), typeof(V1.EligibilityQuestion))]
    [InlineData(typeof(Referrals.LevelOfCare), typeof(V1.LevelOfCare))]
    [InlineData(typeof(Consents.Purpose), typeof(V1.Purpose))]
    [InlineData(typeof(Consents.DiscloserKind), typeof(V1.DiscloserKind))]
    [InlineData(typeof(Consents.RecipientKind), typeof(V1.RecipientKind))]
    [InlineData(typeof(Consents.RecipientClass), typeof(V1.RecipientClass))]
    [InlineData(typeof(Consents.RecordCategory), typeof(V1.RecordCategory))]
    [InlineData(typeof(Consents.ExpiryEvent), typeof(V1.ExpiryEvent))]
    [InlineData(typeof(Consents.Signer), typeof(V1.Signer))]
    [InlineData(typeof(Consents.SignatureMethod), typeof(V1.SignatureMethod))]
    [InlineData(typeof(Consents.ConsentStatus), typeof(V1.ConsentStatus))]
    [InlineData(typeof(Consents.DisclosureGround), typeof(V1.DisclosureGround))]
    [InlineData(typeof(Consents.DisclosureReason), typeof(V1.DisclosureReason))]
    [InlineData(typeof(Episodes.EpisodeStatus), typeof(V1.EpisodeStatus))]
    [InlineData(typeof(Episodes.Disposition), typeof(V1.Disposition))]
    [InlineData(typeof(Episodes.StayBeginning), typeof(V1.StayBeginning))]
    [InlineData(typeof(Episodes.FollowUpStatus), typeof(V1.FollowUpStatus))]
    [InlineData(typeof(Episodes.FollowUpResult), typeof(V1.FollowUpResult))]
    [InlineData(typeof(Episodes.FollowUpNote), typeof(V1.FollowUpNote))]
    [InlineData(typeof(RulePacks.RulePackStatus), typeof(V1.RulePackStatus))]
    [InlineData(typeof(Plans.PlanStatus), typeof(V1.PlanStatus))]
    [InlineData(typeof(Plans.GoalStatus), typeof(V1.GoalStatus))]
    [InlineData(typeof(Plans.GoalProgress), typeof(V1.GoalProgress))]
    [InlineData(typeof(Plans.SignerRole), typeof(V1.SignerRole))]
    [InlineData(typeof(Plans.ReviewOutcome), typeof(V1.ReviewOutcome))]
    [InlineData(typeof(Plans.DueKind), typeof(V1.DueKind))]
    public void The_words_of_the_domain_are_those_of_the_api(Type domain, Type api)
    {
        static IEnumerable<string> Words(Type type) =>
            from object value in Enum.GetValues(type)
            let number = Convert.ToInt32(value, CultureInfo.InvariantCulture)
            where number > 0
            select $"{number} {value}";
        Words(domain).ShouldBe(Words(api));
    }
}
