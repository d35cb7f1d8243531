using Platform.Enrollment.Episodes;
using Platform.Enrollment.Referrals;

namespace Platform.Enrollment.Census;

/// <summary>What each row adds to the tallies: a pure function of the row, so that a change adds what it is now less what it was.</summary>
internal static class TallyParts
{
    private const int Lanes = 16;

    /// <summary>
    /// A stay counts from its first day on, and no more from the day on which it ended: a census is taken at the end of the day
    /// (a midnight census), and stays of no day cancel out.
    /// </summary>
    public static IEnumerable<TallyPart> Of(EpisodeStay stay) => Measures(stay).SelectMany(measure => Ends(stay, measure));

    /// <summary>An episode counts as discharged once it is; its length is counted as Medicare does (<see cref="LengthOf"/>).</summary>
    public static IEnumerable<TallyPart> Of(Episode episode)
    {
        if (episode is { DischargedOn: { } on, Disposition: { } disposition })
        {
            var days = LengthOf(episode.AdmittedOn, on);
            yield return new TallyPart(
                new TallyKey(Measure.Discharged, on, episode.ProgramId, (int)disposition, DayRange.Of(days)), 1, days);
        }
    }

    /// <summary>A referral counts on the day of the first contact, with all that becomes of it.</summary>
    public static IEnumerable<TallyPart> Of(Referral referral)
    {
        var lane = Lane(referral.Id);
        yield return Network(Measure.Referred);
        if (referral.Status is ReferralStatus.Eligible or ReferralStatus.Admitted)
        {
            yield return Network(Measure.Eligible);
        }

        TallyPart Network(Measure measure) =>
            new(new TallyKey(measure, referral.ReferredOn, Guid.Empty, (int)referral.Source, lane), 1, 0);
    }

    /// <summary>
    /// An admission counts for its referral, at the program that admitted, with the days from the first contact to it; none when it
    /// lies before.
    /// </summary>
    public static TallyPart OfAdmission(Episode episode, Referral referral, Guid programId)
    {
        var days = Math.Max(0, episode.AdmittedOn.DayNumber - referral.ReferredOn.DayNumber);
        return new TallyPart(
            new TallyKey(Measure.Admitted, referral.ReferredOn, programId, (int)referral.Source, DayRange.Of(days)), 1, days);
    }

    /// <summary>
    /// Days from admission to discharge: the day of discharge does not count unless it is the day of admission (Medicare Benefit
    /// Policy Manual, chapter 3, section 20.1).
    /// </summary>
    public static int LengthOf(DateOnly admittedOn, DateOnly dischargedOn) => Math.Max(1, dischargedOn.DayNumber - admittedOn.DayNumber);

    private static int Lane(Guid id) => id.ToByteArray()[15] % Lanes;

    private static IEnumerable<Measure> Measures(EpisodeStay stay)
    {
        yield return Measure.Persons;
        if (stay.OnLeave)
        {
            yield return Measure.OnLeave;
        }

        if (stay.HoldsPlace)
        {
            yield return Measure.Places;
        }
    }

    private static IEnumerable<TallyPart> Ends(EpisodeStay stay, Measure measure)
    {
        yield return new TallyPart(new TallyKey(measure, stay.From, stay.ProgramId, (int)stay.Level, 0), 1, 0);
        if (stay.To is { } end)
        {
            yield return new TallyPart(new TallyKey(measure, end, stay.ProgramId, (int)stay.Level, 0), -1, 0);
        }
    }
}
