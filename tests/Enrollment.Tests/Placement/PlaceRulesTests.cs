using FsCheck;
using FsCheck.Fluent;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Placement;

/// <summary>Which program suits whom, and which better, as pure code.</summary>
public sealed class PlaceRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 3, 0, 0, TimeSpan.Zero);
    private static readonly GeoPoint Centre = new(38.03, -78.48);
    private static readonly PlaceCriteria Anyone = new(Centre, 50);

    private static readonly CachedProgram Program = new(
        Guid.NewGuid(), "IOP", Track.SubstanceUse, AgeGroup.Adult, new PlaceCounts(10, 4, 2, 1));

    private static readonly CachedSite Site = new(Guid.NewGuid(), 1, "Site", Centre, "VA", "America/New_York", [Program]);

    [Fact]
    public void Who_asks_for_nothing_is_suited_by_every_program_with_an_open_place_within_the_radius()
    {
        Fit(Anyone, Program).ShouldBe(1);
        Fit(Anyone, Program, miles: 50.1).ShouldBeNull();
        var full = Program with { Counts = new PlaceCounts(10, 8, 2, 1) };
        Fit(Anyone, full).ShouldBeNull();
        Fit(Anyone with { IncludeFull = true }, full).ShouldBe(1);
    }

    [Fact]
    public void A_program_of_another_track_age_group_or_level_does_not_suit()
    {
        Fit(Anyone with { Track = Track.SubstanceUse, AgeGroup = AgeGroup.Adult, Level = LevelOfCare.IntensiveOutpatient }, Program).ShouldBe(1);
        Fit(Anyone with { Track = Track.DualDiagnosis }, Program).ShouldBeNull();
        Fit(Anyone with { AgeGroup = AgeGroup.Adolescent }, Program).ShouldBeNull();
        Fit(Anyone with { Level = LevelOfCare.PartialHospitalization }, Program).ShouldBeNull();
    }

    // At 3:00 UTC on June 1 it is still May 31 in New York.
    [Theory]
    [InlineData("2026-05-31", false)]
    [InlineData("2026-06-01", true)]
    public void A_closed_site_or_program_takes_nobody_new_from_its_day_on_where_it_is(string closedOn, bool suits)
    {
        var day = DateOnly.ParseExact(closedOn, "yyyy-MM-dd");
        (Anyone.Fit(Site with { ClosedOn = day }, Program, 1, Now) is not null).ShouldBe(suits);
        (Fit(Anyone, Program with { ClosedOn = day }) is not null).ShouldBe(suits);
    }

    [Fact]
    public void A_virtual_program_suits_from_any_distance_who_is_in_a_state_where_it_is_licensed()
    {
        var far = Program with { Delivery = Delivery.Virtual, VirtualStates = ["NM", "TX"] };
        var wish = Anyone with { Wish = DeliveryWish.Virtual, State = "NM" };
        Fit(wish, far, miles: 1900).ShouldBe(1);
        Fit(Anyone with { State = "NM" }, far, miles: 1900).ShouldBe(1);
        Fit(wish with { State = "AZ" }, far, miles: 1).ShouldBeNull();
        Fit(Anyone, far, miles: 1).ShouldBeNull("nobody said where the person is");
        Fit(Anyone with { Wish = DeliveryWish.OnSite, State = "NM" }, far, miles: 1).ShouldBeNull();
        Fit(wish, Program, miles: 1).ShouldBeNull("it meets at the site");
    }

    [Fact]
    public void A_hybrid_program_is_come_to_and_needs_a_licence_where_the_person_is()
    {
        var hybrid = Program with { Delivery = Delivery.Hybrid, VirtualStates = ["MD"] };
        Fit(Anyone with { Wish = DeliveryWish.OnSite }, hybrid).ShouldBe(1);
        Fit(Anyone with { State = "VA" }, hybrid).ShouldBe(1);
        Fit(Anyone with { State = "MD" }, hybrid).ShouldBe(1);
        Fit(Anyone with { State = "WV" }, hybrid).ShouldBeNull();
        Fit(Anyone with { State = "MD" }, hybrid, miles: 60).ShouldBeNull();
        Fit(Anyone with { Wish = DeliveryWish.Virtual, State = "MD" }, hybrid).ShouldBeNull();
    }

    [Fact]
    public void One_language_of_those_asked_for_must_be_spoken_and_more_fit_better()
    {
        var site = Site with { Languages = ["Spanish", "Hmong"] };
        Anyone.With("spanish").Fit(site, Program, 1, Now).ShouldBe(1);
        Anyone.With("Spanish", "Russian").Fit(site, Program, 1, Now).ShouldBe(0.5);
        Anyone.With("Russian").Fit(site, Program, 1, Now).ShouldBeNull();
        Anyone.With("English").Fit(Site, Program, 1, Now).ShouldBe(1);
    }

    [Theory]
    [InlineData("", "Commercial", "60054", 0.5)]
    [InlineData("Commercial", "Commercial", "60054", 1.0)]
    [InlineData("Commercial:60054", "Commercial", "60054", 1.0)]
    [InlineData("Commercial:60054", "Commercial", "", 1.0)]
    [InlineData("Commercial:62308", "Commercial", "60054", null)]
    [InlineData("Medicaid", "Commercial", "60054", null)]
    [InlineData("Commercial:60054", null, "60054", 1.0)]
    [InlineData("Commercial:62308", null, "60054", null)]
    [InlineData("Commercial", null, "60054", 0.5)]
    public void A_payer_must_be_accepted_and_a_site_that_did_not_say_counts_for_half(
        string accepted, string? kind, string code, double? fit)
    {
        var site = Site with { Payers = accepted.Length == 0 ? [] : [AcceptedPayer.Parse(accepted)] };
        (Anyone with { PayerKind = kind is null ? null : Enum.Parse<PayerKind>(kind), PayerCode = code }).Fit(site, Program, 1, Now).ShouldBe(fit);
    }

    [Fact]
    public void A_program_must_meet_when_the_person_can_come_and_the_more_of_its_days_the_better()
    {
        var program = Program with
        {
            Weekdays = Weekdays.Monday | Weekdays.Wednesday | Weekdays.Thursday | Weekdays.Friday,
            TimesOfDay = TimesOfDay.Evening,
        };
        Fit(Anyone with { Weekdays = Weekdays.Monday | Weekdays.Friday | Weekdays.Sunday }, program).ShouldBe(0.5);
        Fit(Anyone with { Weekdays = program.Weekdays, TimesOfDay = TimesOfDay.Evening | TimesOfDay.Morning }, program).ShouldBe(1);
        Fit(Anyone with { Weekdays = Weekdays.Tuesday }, program).ShouldBeNull();
        Fit(Anyone with { TimesOfDay = TimesOfDay.Morning }, program).ShouldBeNull();
        Fit(Anyone with { Weekdays = Weekdays.Tuesday, TimesOfDay = TimesOfDay.Morning }, Program).ShouldBe(0.5, "it never said");
    }

    [Fact]
    public void The_score_is_half_distance_a_quarter_wait_and_a_quarter_fit()
    {
        PlaceRank.Score(Anyone, Program, miles: 0, waitDays: 0, fit: 1).ShouldBe(100);
        PlaceRank.Score(Anyone, Program, miles: 50, waitDays: 0, fit: 1).ShouldBe(50);
        PlaceRank.Score(Anyone, Program, miles: 25, waitDays: 0, fit: 0.5).ShouldBe(25 + 25 + 12.5);
        PlaceRank.Score(Anyone, Program, miles: 0, waitDays: 7, fit: 1).ShouldBe(87.5);
        PlaceRank.Score(Anyone, Program, miles: 0, waitDays: null, fit: 1).ShouldBe(75);
        PlaceRank.Score(Anyone, Program with { Delivery = Delivery.Virtual }, miles: 1900, waitDays: 0, fit: 1).ShouldBe(100);
    }

    [Fact]
    public void The_order_is_the_one_asked_for_and_never_left_to_chance()
    {
        var program = from miles in Gen.Choose(0, 50)
                      from wait in Gen.Elements<int?>(0, 0, 5, 9, null)
                      from fit in Gen.Choose(1, 4)
                      from name in Gen.Elements("A", "B")
                      select (Program: Program with { Id = Guid.NewGuid(), Name = name }, Miles: (double)miles, Wait: wait, Fit: fit / 4.0);
        var cases = from order in Gen.Elements(PlaceOrder.Best, PlaceOrder.Distance, PlaceOrder.Wait)
                    from one in program
                    from other in program
                    select (Criteria: Anyone with { Order = order, IncludeFull = true }, one, other);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var (a, b) = (Rank(c.Criteria, c.one), Rank(c.Criteria, c.other));
            a.CompareTo(b).ShouldBe(-b.CompareTo(a));
            a.CompareTo(b).ShouldNotBe(0);
            if (c.Criteria.Order == PlaceOrder.Distance && c.one.Miles < c.other.Miles)
                a.CompareTo(b).ShouldBeLessThan(0);
            if (c.Criteria.Order == PlaceOrder.Wait && (c.one.Wait ?? 1000) < (c.other.Wait ?? 1000))
                a.CompareTo(b).ShouldBeLessThan(0);
            if (c.Criteria.Order == PlaceOrder.Best && c.one.Miles <= c.other.Miles && c.one.Fit > c.other.Fit && c.one.Wait == 0)
                a.CompareTo(b).ShouldBeLessThan(0);
        }).QuickCheckThrowOnFailure();

        static PlaceRank Rank(PlaceCriteria criteria, (CachedProgram Program, double Miles, int? Wait, double Fit) place) => PlaceRank.Of(
            criteria, place.Program, place.Miles, place.Wait,
            PlaceRank.Score(criteria, place.Program, place.Miles, place.Wait, place.Fit));
    }

    [Fact]
    public void The_reasons_say_how_what_was_asked_for_is_met()
    {
        var program = Program with
        {
            Delivery = Delivery.Virtual,
            VirtualStates = ["NM"],
            Weekdays = Weekdays.Monday | Weekdays.Wednesday,
            TimesOfDay = TimesOfDay.Evening,
        };
        var site = Site with { Languages = ["Spanish"], Payers = [new AcceptedPayer(PayerKind.Medicaid, "")] };
        var criteria = Anyone.With("Spanish", "Russian") with
        {
            Track = Track.SubstanceUse,
            AgeGroup = AgeGroup.Adult,
            Level = LevelOfCare.IntensiveOutpatient,
            PayerKind = PayerKind.Medicaid,
            Weekdays = Weekdays.Monday,
            State = "NM",
        };
        PlaceReasons.Of(criteria, new FoundPlace(site, program, 3.24, 0, 90)).Select(r => $"{r.Kind}: {r.Text}").ShouldBe(
        [
            "Distance: 3.2 miles",
            "OpenPlaces: 4 of 10 places open",
            "Virtual: virtual, licensed in NM",
            "Track: treats substance use",
            "AgeGroup: treats adults",
            "Level: intensive outpatient",
            "Language: speaks Spanish",
            "Payer: accepts the payer",
            "Schedule: meets Mon, Wed in the evening",
        ]);
        var full = Program with { Counts = new PlaceCounts(5, 4, 1, 1) };
        PlaceReasons.Of(Anyone with { PayerCode = "1", TimesOfDay = TimesOfDay.Evening }, new FoundPlace(Site, full, 10, null, 50))
            .Select(r => r.Text).ShouldBe(
            ["10.0 miles", "full, the wait is not known", "did not say whether it accepts the payer", "did not say when it meets"]);
        PlaceReasons.Of(Anyone, new FoundPlace(Site, full, 10, 9, 50)).Last().ShouldBe((PlaceReasonKind.Wait, "full, about 9 days until a place"));
    }

    // They are converted by number.
    [Theory]
    [InlineData(typeof(DeliveryWish), typeof(V1.DeliveryWish))]
    [InlineData(typeof(PlaceOrder), typeof(V1.PlaceSort))]
    [InlineData(typeof(PlaceReasonKind), typeof(V1.PlaceReasonKind))]
    public void The_words_of_a_search_are_those_of_the_api(Type domain, Type api)
    {
        static IEnumerable<string> Words(Type type) =>
            Enum.GetValues(type).Cast<Enum>().Select(word => $"{word:D} {word:G}").Where(word => !word.StartsWith("0 ", StringComparison.Ordinal));
        Words(domain).ShouldBe(Words(api));
    }

    private static double? Fit(PlaceCriteria criteria, CachedProgram program, double miles = 1) => criteria.Fit(Site, program, miles, Now);
}

file static class Criteria
{
    public static PlaceCriteria With(this PlaceCriteria criteria, params string[] languages) => criteria with { Languages = languages };
}
