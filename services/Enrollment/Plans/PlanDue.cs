using Platform.Shared.Persistence;

namespace Platform.Enrollment.Plans;

/// <summary>What is due. Numbered as in the API.</summary>
internal enum DueKind
{
    /// <summary>The first treatment plan, signed.</summary>
    InitialPlan = 1,

    /// <summary>A review of the plan.</summary>
    Review = 2,

    /// <summary>The physician's first certification.</summary>
    Certification = 3,

    /// <summary>The physician's next certification.</summary>
    Recertification = 4,

    /// <summary>A signature under the plan in force: who pays, the place or the rules changed since, and ask for it.</summary>
    Signature = 5,
}

/// <summary>Something that is due for an open episode; there is none for one that ended.</summary>
internal sealed class PlanDue : ITenantOwned
{
    public Guid Id { get; init; }

    public Guid EpisodeId { get; init; }

    public DueKind Kind { get; init; }

    public Guid NetworkId { get; init; }

    public Guid SiteId { get; private set; }

    /// <summary>Site-local day by whose end it is to be done.</summary>
    public DateOnly DueOn { get; private set; }

    /// <summary>When that day ends at the site: from then on it is overdue. Days of sites in different time zones compare by it.</summary>
    public DateTimeOffset OverdueAt { get; private set; }

    /// <summary>The pack that says so.</summary>
    public string Pack { get; private set; } = string.Empty;

    /// <summary>Sets where and when it is due; false when it was so.</summary>
    public bool Set(Guid siteId, DueDay day, DateTimeOffset overdueAt)
    {
        if ((SiteId, DueOn, OverdueAt, Pack) == (siteId, day.On, overdueAt, day.Pack))
        {
            return false;
        }

        (SiteId, DueOn, OverdueAt, Pack) = (siteId, day.On, overdueAt, day.Pack);
        return true;
    }
}

/// <summary>
/// How far a network's due days follow its rules: after a change of the rules that hold, all open episodes are gone through once,
/// in the order of their ids, in many short transactions.
/// </summary>
internal sealed class PlanPass : IFoundByWorkers
{
    public Guid NetworkId { get; init; }

    /// <summary>The packs that held when the last pass began: <c>base@1 medicare@1</c>, marked when another pass is to follow.</summary>
    public string Packs { get; private set; } = string.Empty;

    /// <summary>The last episode that it came to; empty before the first.</summary>
    public Guid AfterEpisodeId { get; private set; }

    /// <summary>Whether it came to the end.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Begins again, because other packs hold.</summary>
    public void Begin(string packs) => (Packs, AfterEpisodeId, IsDone) = (packs, Guid.Empty, false);

    /// <summary>Goes on after an episode; null when there was none left.</summary>
    public void GoOn(Guid? after) => (AfterEpisodeId, IsDone) = (after ?? AfterEpisodeId, after is null);
}
