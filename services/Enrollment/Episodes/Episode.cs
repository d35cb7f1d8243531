using Platform.Enrollment.Referrals;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Episodes;

/// <summary>
/// A person's time in intensive outpatient care, from admission to discharge, at one site after another if need be. Days count,
/// not hours: who is admitted at noon was admitted that day. Its <see cref="Stays"/> say where the person was when; the other
/// members say how it stands now.
/// </summary>
internal sealed class Episode : ITenantOwned, IVersioned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public Guid PersonId { get; init; }

    public Guid ReferralId { get; init; }

    /// <summary>The site now, or at the end.</summary>
    public Guid SiteId { get; private set; }

    /// <summary>The program now, or at the end.</summary>
    public Guid ProgramId { get; private set; }

    public EpisodeStatus Status { get; private set; } = EpisodeStatus.Admitted;

    /// <summary>Clinical level of care now, or at the end; what a payer authorized is another fact (<see cref="AuthorizedLevel"/>).</summary>
    public LevelOfCare Level { get; private set; } = LevelOfCare.IntensiveOutpatient;

    /// <summary>Site-local day.</summary>
    public DateOnly AdmittedOn { get; private set; }

    /// <summary>Why the admission was recorded after its day; empty when it was not.</summary>
    public string BackdatingReason { get; init; } = string.Empty;

    /// <summary>The person's episode before this one; null when there was none.</summary>
    public Guid? PreviousEpisodeId { get; private set; }

    /// <summary>Days from the discharge before to this admission; null when there was none.</summary>
    public int? DaysSincePrevious { get; private set; }

    /// <summary>Site-local day on which the leave began that the person is on; null when on none.</summary>
    public DateOnly? OnLeaveSince { get; private set; }

    /// <summary>Whether it takes a place of its program.</summary>
    public bool HoldsPlace { get; private set; } = true;

    /// <summary>Site-local day; null while in care.</summary>
    public DateOnly? DischargedOn { get; private set; }

    /// <summary>How it ended; null while in care.</summary>
    public Disposition? Disposition { get; private set; }

    /// <summary>What was agreed for after the discharge, in words; empty while in care.</summary>
    public string AftercarePlan { get; private set; } = string.Empty;

    /// <summary>Why a discharge was taken back; empty when none was.</summary>
    public string ReinstatementReason { get; private set; } = string.Empty;

    public long Version { get; private set; } = 1;

    /// <summary>Its course, in order; loaded by <see cref="EpisodeRows"/>.</summary>
    public List<EpisodeStay> Stays { get; } = [];

    private EpisodeStay Current => Stays.MaxBy(stay => stay.Number)!;

    /// <summary>Begins an episode, in a place of a program.</summary>
    /// <param name="admission">Who, where, since when.</param>
    /// <param name="previous">The person's episode before; null when there was none.</param>
    /// <exception cref="DomainException">INVALID_ARGUMENT: the day lies before the discharge of the episode before.</exception>
    public static Episode Admit(Admission admission, PreviousEpisode? previous)
    {
        if (previous is not null && admission.On < previous.DischargedOn)
        {
            // The day is not said: the caller may not see where the episode before was.
            throw DomainError.Invalid("admitted_on", "must not be before the discharge of the episode before").ToException();
        }

        var episode = new Episode
        {
            Id = admission.EpisodeId,
            NetworkId = admission.NetworkId,
            PersonId = admission.PersonId,
            ReferralId = admission.ReferralId,
            SiteId = admission.SiteId,
            ProgramId = admission.ProgramId,
            Level = admission.Level,
            AdmittedOn = admission.On,
            BackdatingReason = admission.BackdatingReason,
            PreviousEpisodeId = previous?.EpisodeId,
            DaysSincePrevious = previous is null ? null : admission.On.DayNumber - previous.DischargedOn.DayNumber,
        };
        episode.BeginCourse();
        return episode;
    }

    /// <summary>Refuses a day of admission that is in the future, or in the past without a reason.</summary>
    /// <param name="admittedOn">The day given.</param>
    /// <param name="backdatingReason">The reason given.</param>
    /// <param name="today">The day at the site.</param>
    /// <exception cref="DomainException">INVALID_ARGUMENT.</exception>
    public static void RequireAdmissible(DateOnly admittedOn, string backdatingReason, DateOnly today)
    {
        var validation = new Validation();
        validation.Require(admittedOn <= today, "admitted_on", $"must not be after today at the site, {today:yyyy-MM-dd}");
        validation.Require(
            admittedOn >= today || backdatingReason.Length > 0, "backdating_reason", "is required when the day is in the past");
        validation.ThrowIfInvalid();
    }

    /// <summary>Writes the first stay of an episode that has none: a new one, or one from before stays were kept.</summary>
    public void BeginCourse()
    {
        var first = new EpisodeStay
        {
            EpisodeId = Id,
            NetworkId = NetworkId,
            Number = 1,
            SiteId = SiteId,
            ProgramId = ProgramId,
            Level = Level,
            From = AdmittedOn,
            Beginning = StayBeginning.Admission,
            HoldsPlace = true,
            Reason = BackdatingReason,
        };
        if (DischargedOn is { } end)
        {
            first.End(end);
        }

        Stays.Add(first);
    }

    /// <summary>Changes the clinical level.</summary>
    /// <param name="level">The level.</param>
    /// <param name="on">From which site-local day.</param>
    /// <param name="reason">Why.</param>
    /// <param name="today">The day at the site.</param>
    /// <exception cref="DomainException">FAILED_PRECONDITION; INVALID_ARGUMENT.</exception>
    public void ChangeLevel(LevelOfCare level, DateOnly on, string reason, DateOnly today)
    {
        RequirePresent(on, today);
        if (level == Level)
        {
            throw EpisodeErrors.LevelSame.ToException();
        }

        Level = level;
        Continue(on, StayBeginning.LevelChange, reason);
    }

    /// <summary>Goes on in another program. The place is moved by the caller, in the same transaction.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION; INVALID_ARGUMENT.</exception>
    public void Transfer(Guid siteId, Guid programId, DateOnly on, string reason, DateOnly today)
    {
        RequirePresent(on, today);
        if (programId == ProgramId)
        {
            throw EpisodeErrors.ProgramSame.ToException();
        }

        (SiteId, ProgramId) = (siteId, programId);
        Continue(on, StayBeginning.Transfer, reason);
    }

    /// <summary>Begins a leave of absence, with the place or without it. A place that is not kept is freed by the caller.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION; INVALID_ARGUMENT.</exception>
    public void StartLeave(DateOnly on, DateOnly? expectedReturn, bool keepPlace, string reason, DateOnly today)
    {
        RequirePresent(on, today);
        OnLeaveSince = on;
        HoldsPlace = keepPlace;
        Continue(on, StayBeginning.Leave, reason, expectedReturn);
    }

    /// <summary>Comes back from a leave. A place that was freed is taken again by the caller.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION; INVALID_ARGUMENT.</exception>
    public void EndLeave(DateOnly on, DateOnly today)
    {
        RequireDay(on, today, "on");
        if (OnLeaveSince is null)
        {
            throw EpisodeErrors.NotOnLeave.ToException();
        }

        OnLeaveSince = null;
        HoldsPlace = true;
        Continue(on, StayBeginning.Return, string.Empty);
    }

    /// <summary>Ends it. A place that it held is freed by the caller.</summary>
    /// <param name="on">Site-local day.</param>
    /// <param name="disposition">How it ended.</param>
    /// <param name="aftercarePlan">What was agreed for after it.</param>
    /// <param name="today">The day at the site.</param>
    /// <exception cref="DomainException">FAILED_PRECONDITION: it ended before. INVALID_ARGUMENT: not a possible day.</exception>
    public void Discharge(DateOnly on, Disposition disposition, string aftercarePlan, DateOnly today)
    {
        RequireDay(on, today, "discharged_on");
        Current.End(on);
        Status = EpisodeStatus.Discharged;
        DischargedOn = on;
        Disposition = disposition;
        AftercarePlan = aftercarePlan;
        OnLeaveSince = null;
        HoldsPlace = false;
        Version++;
    }

    /// <summary>
    /// Takes back a discharge, as if it had never been: the last stay goes on. The place that it held is taken again by the caller.
    /// </summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: it is not discharged.</exception>
    public void Reinstate(string reason)
    {
        if (Status != EpisodeStatus.Discharged)
        {
            throw EpisodeErrors.NotDischarged.ToException();
        }

        var last = Current;
        last.Reopen();
        ReinstatementReason = reason;
        Status = EpisodeStatus.Admitted;
        DischargedOn = null;
        Disposition = null;
        AftercarePlan = string.Empty;
        OnLeaveSince = last.OnLeave ? last.From : null;
        HoldsPlace = last.HoldsPlace;
        Version++;
    }

    /// <summary>Takes the right day of admission.</summary>
    /// <param name="on">Site-local day.</param>
    /// <param name="previousEnd">Day of discharge of the episode before; null when there was none.</param>
    /// <param name="today">The day at the site of the first stay.</param>
    /// <exception cref="DomainException">FAILED_PRECONDITION: it is that day already. INVALID_ARGUMENT: not a possible day.</exception>
    public void CorrectAdmission(DateOnly on, DateOnly? previousEnd, DateOnly today)
    {
        if (on == AdmittedOn)
        {
            throw EpisodeErrors.AdmissionSame.ToException();
        }

        var first = Stays.MinBy(stay => stay.Number)!;
        var validation = new Validation();
        validation.Require(on <= today, "admitted_on", $"must not be after today at the site, {today:yyyy-MM-dd}");
        validation.Require(
            on > today || first.To is null || on <= first.To, "admitted_on",
            $"must not be after the first change of the episode, {first.To:yyyy-MM-dd}");

        // The day is not said: the caller may not see where the episode before was.
        validation.Require(
            previousEnd is null || on >= previousEnd, "admitted_on", "must not be before the discharge of the episode before");
        validation.ThrowIfInvalid();
        first.From = on;
        AdmittedOn = on;
        DaysSincePrevious = previousEnd is { } end ? on.DayNumber - end.DayNumber : DaysSincePrevious;
        Version++;
    }

    /// <summary>Takes note of the episode before it, which was recorded of another person.</summary>
    /// <returns>Whether that is news.</returns>
    public bool Follow(PreviousEpisode previous)
    {
        if (PreviousEpisodeId == previous.EpisodeId)
        {
            return false;
        }

        PreviousEpisodeId = previous.EpisodeId;
        DaysSincePrevious = AdmittedOn.DayNumber - previous.DischargedOn.DayNumber;
        Version++;
        return true;
    }

    private void RequirePresent(DateOnly on, DateOnly today)
    {
        RequireDay(on, today, "on");
        if (OnLeaveSince is not null)
        {
            throw EpisodeErrors.OnLeave.ToException();
        }
    }

    private void RequireDay(DateOnly on, DateOnly today, string field)
    {
        if (Status == EpisodeStatus.Discharged)
        {
            throw EpisodeErrors.Discharged.ToException();
        }

        var validation = new Validation();
        validation.Require(on <= today, field, $"must not be after today at the site, {today:yyyy-MM-dd}");
        validation.Require(on >= AdmittedOn, field, "must not be before the admission");
        validation.Require(
            on < AdmittedOn || on >= Current.From, field, $"must not be before the last change of the episode, {Current.From:yyyy-MM-dd}");
        validation.ThrowIfInvalid();
    }

    /// <summary>The course goes on with what holds now.</summary>
    private void Continue(DateOnly on, StayBeginning beginning, string reason, DateOnly? expectedReturn = null)
    {
        var last = Current;
        last.End(on);
        Stays.Add(new EpisodeStay
        {
            EpisodeId = Id,
            NetworkId = NetworkId,
            Number = last.Number + 1,
            SiteId = SiteId,
            ProgramId = ProgramId,
            Level = Level,
            From = on,
            Beginning = beginning,
            OnLeave = OnLeaveSince is not null,
            HoldsPlace = HoldsPlace,
            ExpectedReturn = expectedReturn,
            Reason = reason,
        });
        Version++;
    }
}

/// <summary>An admission.</summary>
internal sealed record Admission(
    Guid EpisodeId, Guid NetworkId, Guid PersonId, Guid ReferralId, Guid SiteId, Guid ProgramId, LevelOfCare Level, DateOnly On,
    string BackdatingReason);

/// <summary>The last episode of a person that ended.</summary>
internal sealed record PreviousEpisode(Guid EpisodeId, DateOnly DischargedOn);
