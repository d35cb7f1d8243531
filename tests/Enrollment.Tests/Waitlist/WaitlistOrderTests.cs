using FsCheck;
using FsCheck.Fluent;
using Platform.Enrollment.Referrals;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Waitlist;

/// <summary>Who goes first, as pure code: whatever the line, nobody is served before somebody who stands before.</summary>
public sealed class WaitlistOrderTests
{
    private static readonly Guid Program = Guid.NewGuid();
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ProgramProfile Place = new(
        Program, Guid.NewGuid(), null, Track.SubstanceUse, AgeGroup.Adult, LevelOfCare.IntensiveOutpatient, Delivery.OnSite,
        Weekdays.None, TimesOfDay.None, [], [], [], "VA", "America/New_York");

    /// <summary>Lines of any length: ranks, moments that often coincide, and some who are skipped, passed or not suited.</summary>
    private static Arbitrary<WaitlistEntry[]> Lines => (
        from rank in Gen.Choose(0, 3)
        from minute in Gen.Choose(0, 5)
        from state in Gen.Choose(0, 5)
        select Entry(rank, minute, state)).ArrayOf().ToArbitrary();

    [Fact]
    public void The_chosen_one_suits_and_everybody_before_was_not_suited_or_is_passed() => Prop.ForAll(
        Lines,
        line =>
        {
            var choice = Choose(line);
            if (choice.Chosen is not { } chosen)
                return line.All(e => !e.Criteria.Suits(Place) || e.IsPassedFor(Program));
            return chosen.Criteria.Suits(Place) && !chosen.IsPassedFor(Program)
                && line.Where(e => Precedes(e, chosen)).All(e => !e.Criteria.Suits(Place) || e.IsPassedFor(Program));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_place_goes_past_those_before_the_chosen_one_whom_it_suits_and_past_nobody_else() => Prop.ForAll(
        Lines,
        line =>
        {
            var choice = Choose(line);
            var expected = line.Where(e =>
                e.Criteria.Suits(Place) && e.IsPassedFor(Program) && (choice.Chosen is null || Precedes(e, choice.Chosen)));
            return choice.PassedOver.ToHashSet().SetEquals(expected);
        }).QuickCheckThrowOnFailure();

    // Served one by one until nobody is left, with nobody joining: the order is the fair one, and all are served.
    [Fact]
    public void Everybody_is_served_in_the_end_by_class_then_time() => Prop.ForAll(
        Lines,
        line =>
        {
            var suited = line.Where(e => e.Criteria.Suits(Place)).ToList();
            foreach (var entry in suited.Where(e => e.IsPassedFor(Program)))
                entry.PassOver(Program);
            var left = line.ToList();
            var served = new List<WaitlistEntry>();
            while (Choose(left).Chosen is { } next)
            {
                served.Add(next);
                left.Remove(next);
            }
            return served.Count == suited.Count && served.Zip(served.Skip(1)).All(pair => Precedes(pair.First, pair.Second));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_is_total() => Prop.ForAll(
        Lines,
        line => line.All(a => line.All(b =>
            Math.Sign(WaitlistOrder.Instance.Compare(a, b)) == -Math.Sign(WaitlistOrder.Instance.Compare(b, a))
            && (WaitlistOrder.Instance.Compare(a, b) != 0 || a.Id == b.Id)))).QuickCheckThrowOnFailure();

    [Fact]
    public void Offers_come_and_go_and_the_place_in_line_stays()
    {
        var (first, second) = (Entry(0, 1, 0), Entry(0, 2, 0));
        first.Offer(Guid.NewGuid());
        first.Return(Program, OfferEnd.Declined);
        WaitlistOrder.Instance.Compare(first, second).ShouldBeLessThan(0);
        Choose([first, second]).Chosen.ShouldBe(second, "the place it declined goes past it");
        first.PassOver(Program);
        Choose([first, second]).Chosen.ShouldBe(first);
    }

    private static WaitlistChoice Choose(IEnumerable<WaitlistEntry> line)
    {
        var choice = new WaitlistChoice(Place);
        _ = line.Order(WaitlistOrder.Instance).Any(choice.Consider);
        return choice;
    }

    private static bool Precedes(WaitlistEntry a, WaitlistEntry b) =>
        a.Rank != b.Rank ? a.Rank < b.Rank : a.JoinedAt != b.JoinedAt ? a.JoinedAt < b.JoinedAt : a.Id.CompareTo(b.Id) < 0;

    private static WaitlistEntry Entry(int rank, int minute, int state)
    {
        var entry = new WaitlistEntry
        {
            Id = Guid.NewGuid(),
            Rank = rank,
            JoinedAt = Start.AddMinutes(minute),
            Criteria = new WaitlistCriteria(Track: state == 1 ? Track.EatingDisorder : null),
        };
        switch (state)
        {
            case 2:
                entry.Skip();
                break;
            case 3:
                entry.Offer(Guid.NewGuid());
                entry.Return(Program, OfferEnd.Lapsed);
                break;
            case 4:
                entry.Offer(Guid.NewGuid());
                entry.Return(Guid.NewGuid(), OfferEnd.Declined);
                break;
        }
        return entry;
    }
}
