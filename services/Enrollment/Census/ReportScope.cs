namespace Platform.Enrollment.Census;

/// <summary>Which programs a report is of: those that are in all that is said here.</summary>
/// <param name="RegionId">A region's, by the region that a site is in today; null for all.</param>
/// <param name="SiteId">A site's; null for all.</param>
/// <param name="ProgramId">One; null for all.</param>
/// <param name="OwnSites">Those of the sites that the caller sees; null for the whole network.</param>
internal sealed record ReportScope(Guid? RegionId, Guid? SiteId, Guid? ProgramId, IReadOnlySet<Guid>? OwnSites)
{
    /// <summary>Whether it leaves nothing out.</summary>
    public bool IsWholeNetwork => this is { RegionId: null, SiteId: null, ProgramId: null, OwnSites: null };
}
