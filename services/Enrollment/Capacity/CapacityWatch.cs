using System.Runtime.InteropServices;

namespace Platform.Enrollment.Capacity;

/// <summary>A program that changed.</summary>
/// <param name="Site">Its site, as it is now or was at last.</param>
/// <param name="Program">The program, as it is now or was at last.</param>
/// <param name="IsGone">Whether it is out of sight now: its site left the region, or does not exist.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WatchedProgram(CachedSite Site, CachedProgram Program, bool IsGone);

/// <summary>
/// What changed on a board since its reader last looked. Of a program that changed several times only the newest state is kept, so
/// a reader that is slow, or gone, costs no more than the programs that it watches.
/// </summary>
/// <param name="sees">Whether a site is watched.</param>
internal sealed class CapacityWatch(Func<CachedSite, bool> sees)
{
    private readonly Lock _guard = new();
    private Dictionary<Guid, WatchedProgram> _changed = [];
    private TaskCompletionSource _news = NewSignal();

    /// <summary>Ends when there is something to take.</summary>
    public Task News
    {
        get
        {
            lock (_guard)
            {
                return _news.Task;
            }
        }
    }

    /// <summary>Whether a site is watched.</summary>
    public bool Sees(CachedSite site) => sees(site);

    /// <summary>A site changed, came (was null) or went (is null).</summary>
    public void Note(CachedSite? before, CachedSite? after)
    {
        var wasSeen = before is not null && sees(before);
        var isSeen = after is not null && sees(after);
        if (!wasSeen && !isSeen)
        {
            return;
        }

        lock (_guard)
        {
            foreach (var program in isSeen ? after!.Programs : [])
            {
                var known = wasSeen ? before!.Programs.FirstOrDefault(p => p.Id == program.Id) : null;
                if (known is null || Shown(before!, known) != Shown(after!, program))
                {
                    _changed[program.Id] = new(after!, program, IsGone: false);
                }
            }

            foreach (var program in wasSeen ? before!.Programs : [])
            {
                if (!isSeen || after!.Programs.All(p => p.Id != program.Id))
                {
                    _changed[program.Id] = new(before!, program, IsGone: true);
                }
            }

            if (_changed.Count > 0)
            {
                _news.TrySetResult();
            }
        }
    }

    /// <summary>What changed since it was last taken.</summary>
    public IReadOnlyCollection<WatchedProgram> Take()
    {
        lock (_guard)
        {
            var changed = _changed.Values;
            _changed = [];
            if (_news.Task.IsCompleted)
            {
                _news = NewSignal();
            }

            return changed;
        }
    }

    /// <summary>What a reader is told of a program.</summary>
    private static (string, Guid?, string, PlaceCounts) Shown(CachedSite site, CachedProgram program) =>
        (site.Name, site.RegionId, program.Name, program.Counts);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
