using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;
using Platform.Enrollment.Plans;
using Platform.Enrollment.Regions;

namespace Platform.Enrollment.Sites.Import;

/// <summary>A row of a file after it was checked.</summary>
/// <param name="Row">Where it was in the file.</param>
/// <param name="Name">Its name, for the report.</param>
/// <param name="Facility">The facility; null when it is not taken.</param>
/// <param name="Reasons">Why it is not taken.</param>
internal sealed record CheckedRow(int Row, string Name, FacilityRow? Facility, IReadOnlyList<string> Reasons);

/// <summary>
/// Brings the rows of a facility file into a network, in one transaction, so that an import is there as a whole or not at all. All
/// that is known is read at once and compared in memory: sixteen thousand sites are a few tens of megabytes, and a query for
/// each row would take minutes.
/// </summary>
internal sealed class SiteImport(CapacityLedger ledger, CapacityMirror mirror)
{
    private const int MostDetails = 1000;
    private const string DefaultProgramName = "Intensive Outpatient Program";

    /// <summary>Compares the rows with what is known, and takes over the differences.</summary>
    /// <param name="db">The store, in a transaction; for <paramref name="validateOnly"/> nothing of it is saved.</param>
    /// <param name="rows">The checked rows.</param>
    /// <param name="defaultLicensed">Places of a program that a file says is run and not how large it is; 0 opens none.</param>
    /// <param name="validateOnly">Whether only the report is wanted.</param>
    /// <param name="cancellationToken">Ends the import; nothing of it stays.</param>
    public async Task<V1.ImportReport> RunAsync(
        EnrollmentDbContext db, IReadOnlyList<CheckedRow> rows, int defaultLicensed, bool validateOnly, CancellationToken cancellationToken)
    {
        var known = await KnownSites.LoadAsync(db, cancellationToken);
        var report = new V1.ImportReport { Rows = rows.Count };
        var changedSites = new List<Guid>();
        var places = new PlaceChanges();
        foreach (var row in rows)
        {
            var (outcome, reasons, site) = row.Facility is null
                ? (V1.ImportOutcome.Skipped, row.Reasons, null)
                : Take(db, known, row.Facility, defaultLicensed, places, report);
            if (outcome != V1.ImportOutcome.Skipped && site!.RunsIop)
            {
                report.RunningIop++;
            }

            switch (outcome)
            {
                case V1.ImportOutcome.Added:
                    report.Added++;
                    changedSites.Add(site!.Id);
                    continue;
                case V1.ImportOutcome.Changed:
                    report.Changed++;
                    changedSites.Add(site!.Id);
                    break;
                case V1.ImportOutcome.Skipped:
                    report.Skipped++;
                    break;
                default:
                    report.Unchanged++;
                    continue;
            }

            if (report.Details.Count < MostDetails)
            {
                report.Details.Add(new V1.ImportRow { Row = row.Row, Name = row.Name, Outcome = outcome, Reasons = { reasons } });
            }
        }

        if (!validateOnly)
        {
            if (db.ChangeTracker.Entries<Site>().Any(site => site.Property(s => s.State).IsModified || site.Property(s => s.TimeZone).IsModified))
            {
                await db.GoThroughPlansAgainAsync(cancellationToken);
            }

            await places.DoAsync(db, ledger, cancellationToken);
        }

        var network = db.NetworkId;
        db.AfterCommit(_ => mirror.SitesChangedAsync(network, changedSites));
        return report;
    }

    private static (V1.ImportOutcome Outcome, IReadOnlyList<string> Reasons, Site? Site) Take(
        EnrollmentDbContext db, KnownSites known, FacilityRow row, int defaultLicensed, PlaceChanges places, V1.ImportReport report)
    {
        var site = known.Find(row);
        IReadOnlyList<FacilityRow> earlier = site is null ? [] : known.RowsOf(site);
        if (Repetition(row, earlier) is { } repetition)
        {
            return (V1.ImportOutcome.Skipped, [repetition], null);
        }

        var programs = site is null ? [] : known.ProgramsOf(site.Id);
        var (planned, conflict) = Plan(row, programs, defaultLicensed);
        if (conflict is not null)
        {
            return (V1.ImportOutcome.Skipped, [conflict], null);
        }

        var isNew = site is null;
        site ??= new Site { Id = db.NewId(), NetworkId = db.NetworkId };
        List<string> changes = earlier.Count > 0
            ? []
            : [.. site.Take(row, row.Region is null ? null : Region(db, known, row.Region, report))];
        known.Note(site, row);
        if (isNew)
        {
            db.Sites.Add(site);
        }

        if (changes.Contains(FacilityFields.TimeZone))
        {
            places.NoteZone(programs);
        }

        if (changes.Exists(field => field is FacilityFields.Region or FacilityFields.Languages or FacilityFields.Payers))
        {
            places.NoteSuiting(programs);
        }

        if (planned is not null && programs.FirstOrDefault(p => p.Program.Name == planned.Name) is { } program)
        {
            if (program.Program.Describe(planned.Over(program.Program.Details)))
            {
                changes.Add(FacilityFields.Program);
                places.NoteSuiting([program]);
            }

            if (program.Counts.Licensed != planned.Licensed)
            {
                changes.Add(FacilityFields.Licensed);
            }

            if (row.Program?.Licensed is { } licensed && (program.Counts.Licensed != licensed || program.ChangesNow))
            {
                places.NoteLicensed(program.Program, licensed);
            }
        }
        else if (planned is not null)
        {
            changes.Add(FacilityFields.Program);
            report.ProgramsAdded++;
            var opened = new CareProgram
            {
                Id = db.NewId(),
                NetworkId = db.NetworkId,
                SiteId = site.Id,
                Track = planned.Track,
                AgeGroup = planned.AgeGroup,
            };
            opened.Describe(planned.Over(opened.Details));
            db.Programs.Add(opened);
            CapacityLedger.Open(db, site, opened, planned.Licensed!.Value);
            if (!isNew)
            {
                places.NoteOpened(opened);
            }
        }

        return isNew ? (V1.ImportOutcome.Added, [], site)
            : changes.Count > 0 ? (V1.ImportOutcome.Changed, changes, site)
            : (V1.ImportOutcome.Unspecified, [], site);
    }

    /// <summary>
    /// Why a row is not taken after others of the same site: null when it says the same of the site, and names another program than
    /// each of them.
    /// </summary>
    private static string? Repetition(FacilityRow row, IReadOnlyList<FacilityRow> earlier)
    {
        if (earlier.Count == 0)
        {
            return null;
        }

        return row.Program is null || earlier.Any(other => other.Program is null || other.Program.Name == row.Program.Name)
            ? $"is the same facility as row {earlier[0].Row}"
            : row.SaysOfSiteAs(earlier[0]) ? null : $"is the same facility as row {earlier[0].Row}, and says something else of it";
    }

    /// <summary>The region of a name, made when it is new.</summary>
    private static Guid Region(EnrollmentDbContext db, KnownSites known, string name, V1.ImportReport report)
    {
        if (known.RegionOf(name) is { } id)
        {
            return id;
        }

        var region = new Region { Id = db.NewId(), NetworkId = db.NetworkId };
        region.Rename(name);
        db.Regions.Add(region);
        known.Note(region);
        report.RegionsAdded++;
        return region.Id;
    }

    /// <summary>The program that the row opens or changes, with its size; null when there is nothing to do; or why it cannot be.</summary>
    private static (ProgramRow? Program, string? Conflict) Plan(
        FacilityRow row, IReadOnlyList<KnownProgram> programs, int defaultLicensed)
    {
        if (row.Program is null)
        {
            // A locator file says that a program is run, never which; only a site without any gets one for it.
            return defaultLicensed > 0 && row.RunsIop == true && programs.Count == 0
                ? (new ProgramRow(
                    DefaultProgramName,
                    row.FacilityType == FacilityType.MentalHealth ? Track.MentalHealth : Track.SubstanceUse,
                    row.MinorsOnly ? AgeGroup.Adolescent : AgeGroup.Adult,
                    defaultLicensed), null)
                : (null, null);
        }

        var known = programs.FirstOrDefault(p => p.Program.Name == row.Program.Name);
        if (known is null)
        {
            return row.Program.Licensed is not null ? (row.Program, null)
                : defaultLicensed > 0 ? (row.Program with { Licensed = defaultLicensed }, null)
                : (null, "licensed: is required with a new program");
        }

        if (known.Program.Track != row.Program.Track || known.Program.AgeGroup != row.Program.AgeGroup)
        {
            return (null, "track, age_group: differ from those of the open program of that name; give another name");
        }

        var licensed = row.Program.Licensed ?? known.Counts.Licensed;
        var taken = known.Counts.Occupied + known.Counts.Held;
        return licensed < taken
            ? (null, $"licensed: {taken} places are taken or held")
            : (row.Program with { Licensed = licensed }, null);
    }
}
