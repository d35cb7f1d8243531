using Platform.Enrollment.Referrals;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Episodes;

/// <summary>A part of an episode in which site, program, level and leave stay the same. The stays of an episode leave no day out.</summary>
internal sealed class EpisodeStay : ITenantOwned
{
    public Guid EpisodeId { get; init; }

    /// <summary>From 1.</summary>
    public int Number { get; init; }

    public Guid NetworkId { get; init; }

    public Guid SiteId { get; init; }

    public Guid ProgramId { get; init; }

    /// <summary>Clinical level of care.</summary>
    public LevelOfCare Level { get; init; }

    /// <summary>Site-local day.</summary>
    public DateOnly From { get; set; }

    /// <summary>Site-local day, which belongs to what follows; null while it lasts.</summary>
    public DateOnly? To { get; private set; }

    public StayBeginning Beginning { get; init; }

    public bool OnLeave { get; init; }

    /// <summary>Whether it takes a place of the program.</summary>
    public bool HoldsPlace { get; init; }

    /// <summary>When the person is expected back; null when not said or not on leave.</summary>
    public DateOnly? ExpectedReturn { get; init; }

    /// <summary>Why it began, in words; may be empty.</summary>
    public string Reason { get; init; } = string.Empty;

    /// <summary>Ends it on a day.</summary>
    public void End(DateOnly on) => To = on;

    /// <summary>Lets it go on.</summary>
    public void Reopen() => To = null;
}

/// <summary>How a stay began. Numbered as in the API.</summary>
internal enum StayBeginning
{
    /// <summary>By the admission.</summary>
    Admission = 1,

    /// <summary>By a change of the clinical level.</summary>
    LevelChange = 2,

    /// <summary>By a transfer.</summary>
    Transfer = 3,

    /// <summary>By the start of a leave.</summary>
    Leave = 4,

    /// <summary>By the return from a leave.</summary>
    Return = 5,
}
