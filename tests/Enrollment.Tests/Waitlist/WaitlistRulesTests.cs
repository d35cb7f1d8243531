using Platform.Enrollment.Referrals;
using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Waitlist;

/// <summary>Priority, criteria and estimates, as pure code.</summary>
public sealed class WaitlistRulesTests
{
    private static readonly ProgramProfile Hybrid = new(
        Guid.NewGuid(), Guid.NewGuid(), null, Track.DualDiagnosis, AgeGroup.Adult, LevelOfCare.IntensiveOutpatient, Delivery.Hybrid,
        Weekdays.Monday | Weekdays.Wednesday, TimesOfDay.Evening, ["MD", "VA"], ["Spanish"], [new(PayerKind.Medicaid, "VAMCD")], "VA",
        "America/New_York");

    // 45 CFR 96.131(a): pregnant injecting, pregnant, injecting, all others.
    [Theory]
    [InlineData("PREGNANT_INJECTING", 0, WaitlistFact.InjectsDrugs, WaitlistFact.Pregnant)]
    [InlineData("PREGNANT", 1, WaitlistFact.Pregnant, WaitlistFact.DependentChildren)]
    [InlineData("INJECTING", 2, WaitlistFact.InjectsDrugs)]
    [InlineData("ALL_OTHERS", 3, WaitlistFact.RecentOverdose)]
    [InlineData("ALL_OTHERS", 3)]
    internal void The_base_pack_prefers_as_block_grants_require(string code, int rank, params WaitlistFact[] facts) =>
        WaitlistPriority.Instance
            .Decide(CareRulePacks.Shipped, new RuleScope(), new DateOnly(2026, 11, 1), new PriorityFacts(facts))
            .ShouldBe(new Decided<Priority>(new Priority(rank, code), "base@1"));

    [Theory]
    [InlineData(OfferEnd.Declined, 2, 0, true)]
    [InlineData(OfferEnd.Declined, 3, 0, false)]
    [InlineData(OfferEnd.Lapsed, 3, 1, true)]
    [InlineData(OfferEnd.Lapsed, 0, 2, false)]
    [InlineData(OfferEnd.Released, 9, 9, true)]
    internal void Who_does_not_take_an_offer_stays_in_line_as_often_as_the_pack_says(OfferEnd end, int declines, int lapses, bool stays) =>
        WaitlistReturn.Instance
            .Decide(CareRulePacks.Shipped, new RuleScope(), new DateOnly(2026, 11, 1), new ReturnFacts(end, declines, lapses))
            .Outcome.Stays.ShouldBe(stays);

    [Fact]
    public void Whoever_has_no_wishes_takes_anything() => new WaitlistCriteria().Suits(Hybrid).ShouldBeTrue();

    [Fact]
    public void Each_wish_is_met_or_speaks_against_the_program()
    {
        Suits(new(Track: Track.DualDiagnosis), new(Track: Track.SubstanceUse));
        Suits(new(AgeGroup: AgeGroup.Adult), new(AgeGroup: AgeGroup.Adolescent));
        Suits(new(Level: LevelOfCare.IntensiveOutpatient), new(Level: LevelOfCare.PartialHospitalization));
        Suits(new(Weekdays: Weekdays.Monday | Weekdays.Wednesday | Weekdays.Friday), new(Weekdays: Weekdays.Monday));
        Suits(new(TimesOfDay: TimesOfDay.Morning | TimesOfDay.Evening), new(TimesOfDay: TimesOfDay.Morning));
        Suits(new(Language: "spanish"), new(Language: "Haitian Creole"));
        Suits(new(Payer: new(PayerKind.Medicaid, "")), new(Payer: new(PayerKind.Medicare, "")));
        Suits(new(Payer: new(PayerKind.Medicaid, "VAMCD")), new(Payer: new(PayerKind.Medicaid, "NCMCD")));
        Suits(new(Delivery: Delivery.Virtual, State: "MD"), new(Delivery: Delivery.Virtual, State: "NC"));
        Suits(new(Delivery: Delivery.OnSite, State: "NC"), new(Delivery: Delivery.Hybrid, State: "NC"));

        static void Suits(WaitlistCriteria met, WaitlistCriteria notMet)
        {
            met.Suits(Hybrid).ShouldBeTrue(met.ToString());
            notMet.Suits(Hybrid).ShouldBeFalse(notMet.ToString());
        }
    }

    [Fact]
    public void What_nobody_said_of_a_program_speaks_against_nobody()
    {
        var unknown = Hybrid with { Weekdays = Weekdays.None, TimesOfDay = TimesOfDay.None, Payers = [] };
        new WaitlistCriteria(
            Weekdays: Weekdays.Sunday, TimesOfDay: TimesOfDay.Morning, Payer: new(PayerKind.Commercial, "X"), Language: "English")
            .Suits(unknown).ShouldBeTrue();
    }

    [Fact]
    public void The_wait_is_the_position_times_the_days_between_places() =>
        WaitEstimate.Of([new ProgramWait(Guid.NewGuid(), Position: 3, Freed: 8, DaysObserved: 56)])!.Days.ShouldBe(21);

    [Fact]
    public void Who_waits_for_any_of_several_waits_for_the_first_to_come() =>
        WaitEstimate.Of([new ProgramWait(Guid.NewGuid(), 3, 8, 56), new ProgramWait(Guid.NewGuid(), 3, 8, 56), new ProgramWait(Guid.NewGuid(), 1, 0, 28)])!
            .Days.ShouldBe(11);

    [Fact]
    public void Without_history_there_is_no_estimate()
    {
        WaitEstimate.Of([]).ShouldBeNull();
        WaitEstimate.Of([new ProgramWait(Guid.NewGuid(), 1, 0, 28)]).ShouldBeNull();
    }

    [Theory]
    [InlineData("2026-11-21", 28)]
    [InlineData("2026-10-12", 41)]
    [InlineData("2026-01-01", 56)]
    public void A_program_is_observed_for_four_to_eight_weeks(string first, int days) =>
        WaitEstimate.Observed(DateOnly.Parse(first, System.Globalization.CultureInfo.InvariantCulture), new DateOnly(2026, 11, 21)).ShouldBe(days);
}
