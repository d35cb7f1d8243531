using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Capacity;

namespace Platform.Enrollment.Sites.Import;

/// <summary>
/// What a file changes of the places of programs that are known. It is noted row by row and done at the end, when all these places
/// are locked at once: rows come in any order, locks do not.
/// </summary>
internal sealed class PlaceChanges
{
    private readonly HashSet<Guid> _times = [];
    private readonly HashSet<Guid> _opened = [];
    private readonly List<(CareProgram Program, int Licensed)> _licensed = [];
    private readonly HashSet<Guid> _suiting = [];

    /// <summary>The days of a site begin at other moments.</summary>
    public void NoteZone(IEnumerable<KnownProgram> programs) => _times.UnionWith(programs.Select(p => p.Program.Id));

    /// <summary>A program was opened at a site that is known, which somebody may just be closing.</summary>
    public void NoteOpened(CareProgram program) => _opened.Add(program.Id);

    /// <summary>A program is licensed for so many places.</summary>
    public void NoteLicensed(CareProgram program, int licensed) => _licensed.Add((program, licensed));

    /// <summary>Programs may suit others than before.</summary>
    public void NoteSuiting(IEnumerable<KnownProgram> programs) => _suiting.UnionWith(programs.Select(p => p.Program.Id));

    /// <summary>Does all that was noted. Saves the sites and programs before.</summary>
    public async Task DoAsync(EnrollmentDbContext db, CapacityLedger ledger, CancellationToken cancellationToken)
    {
        await db.SaveChangesAsync(cancellationToken);

        // To save a program waits for whoever is closing its site.
        _times.UnionWith(await db.Programs
            .Where(p => _opened.Contains(p.Id) && db.Sites.Any(s => s.Id == p.SiteId && s.ClosedOn != null))
            .Select(p => p.Id)
            .ToListAsync(cancellationToken));
        Guid[] touched = [.. _times, .. _licensed.Select(l => l.Program.Id), .. _suiting];
        await CapacityLedger.LockAsync(db, touched, cancellationToken);
        foreach (var program in _times)
        {
            await ledger.KeepTimesAsync(db, program, cancellationToken);
        }

        foreach (var (program, licensed) in _licensed)
        {
            // What came due by the calendar was before what the file says now.
            await ledger.ApplyDueAsync(db, program.SiteId, program.Id, cancellationToken);
            await ledger.LicenseAsync(db, program.SiteId, program.Id, licensed, cancellationToken);
        }

        if (_suiting.Count > 0)
        {
            await ledger.AskAgainAsync(db, _suiting, cancellationToken);
        }
    }
}
