using System.Globalization;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;
using Platform.Shared.Security;

namespace Platform.Enrollment.Capacity;

/// <summary>Streams the places of sites as they change.</summary>
internal sealed class CapacityEndpoint(
    Database<EnrollmentDbContext> database, CapacityBoards boards, TimeProvider time, IHostApplicationLifetime lifetime)
    : V1.CapacityService.CapacityServiceBase
{
    private const int MostSites = 1000;
    private const int ProgramsAtOnce = 500;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private static readonly DomainError Expired = new(
        ErrorKind.Unauthenticated, "TOKEN_EXPIRED", "The token has expired. Watch again with a new one.");

    /// <inheritdoc/>
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin, CallerRole.Clinician, CallerRole.Service)]
    public override async Task WatchCapacity(
        V1.WatchCapacityRequest request, IServerStreamWriter<V1.WatchCapacityResponse> responseStream, ServerCallContext context)
    {
        var caller = context.GetCaller();
        var watch = new CapacityWatch(await FilterAsync(request, caller, context.CancellationToken));
        var board = boards.Lagging(caller.NetworkId);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);

        // Watched before it is read: what changes in between is in the snapshot, or comes after it, or both.
        board.Add(watch);
        try
        {
            await boards.CatchUpAsync(caller.NetworkId, ends.Token);
            await SendSnapshotAsync(board, watch, responseStream, ends.Token);
            await SendChangesAsync(watch, caller.NetworkId, ExpiryOf(context), responseStream, ends.Token);
        }
        catch (Exception e) when (ends.IsCancellationRequested && e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The caller went away, or the service stops.
        }
        finally
        {
            board.Remove(watch);
        }
    }

    private static async Task SendSnapshotAsync(
        CapacityBoard board, CapacityWatch watch, IServerStreamWriter<V1.WatchCapacityResponse> stream, CancellationToken cancellationToken)
    {
        var parts = board.Sites
            .Where(watch.Sees)
            .SelectMany(site => site.Programs, (site, program) => Message(new WatchedProgram(site, program, IsGone: false)))
            .OrderBy(places => places.SiteName, StringComparer.Ordinal)
            .ThenBy(places => places.ProgramName, StringComparer.Ordinal)
            .Chunk(ProgramsAtOnce)
            .ToList();
        for (var i = 0; i < parts.Count; i++)
        {
            var part = new V1.CapacitySnapshot { Places = { parts[i] }, Complete = i == parts.Count - 1 };
            await stream.WriteAsync(new V1.WatchCapacityResponse { Snapshot = part }, cancellationToken);
        }

        if (parts.Count == 0)
        {
            await stream.WriteAsync(
                new V1.WatchCapacityResponse { Snapshot = new V1.CapacitySnapshot { Complete = true } }, cancellationToken);
        }
    }

    private async Task SendChangesAsync(
        CapacityWatch watch, Guid networkId, DateTimeOffset expiry, IServerStreamWriter<V1.WatchCapacityResponse> stream,
        CancellationToken cancellationToken)
    {
        var next = time.GetUtcNow() + Heartbeat;
        while (true)
        {
            await WaitAsync(watch.News, next < expiry ? next : expiry, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (time.GetUtcNow() >= expiry)
            {
                throw Expired.ToException();
            }

            var changed = watch.Take();
            foreach (var part in changed.Select(Message).Chunk(ProgramsAtOnce))
            {
                await stream.WriteAsync(
                    new V1.WatchCapacityResponse { Changes = new V1.CapacityChanges { Places = { part } } }, cancellationToken);
            }

            if (changed.Count == 0 && time.GetUtcNow() < next)
            {
                continue;
            }

            if (changed.Count == 0)
            {
                var live = boards.Current(networkId) is not null;
                await stream.WriteAsync(
                    new V1.WatchCapacityResponse { Heartbeat = new V1.CapacityHeartbeat { Live = live } }, cancellationToken);
            }

            next = time.GetUtcNow() + Heartbeat;
        }
    }

    private async Task WaitAsync(Task news, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var wait = until - time.GetUtcNow();
        if (wait <= TimeSpan.Zero)
        {
            return;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(news, Task.Delay(wait, time, enough.Token));
        await enough.CancelAsync();
    }

    private async Task<Func<CachedSite, bool>> FilterAsync(V1.WatchCapacityRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        var region = validation.OptionalId(request.RegionId, "region_id");
        var sites = request.SiteIds.Select((id, i) => validation.Id(id, $"site_ids[{i}]")).ToHashSet();
        validation.Require(region is null || sites.Count == 0, "site_ids", "must be empty when region_id is given");
        validation.Require(request.SiteIds.Count <= MostSites, "site_ids", $"must be at most {MostSites}");
        validation.ThrowIfInvalid();
        foreach (var site in sites)
        {
            caller.RequireSite(site, "site");
        }

        var areThere = await database.ReadAsync(
            caller.NetworkId,
            async (db, ct) => region is { } id
                ? await db.Regions.AnyAsync(r => r.Id == id, ct)
                : await db.Sites.CountAsync(s => sites.Contains(s.Id), ct) == sites.Count,
            cancellationToken);
        if (!areThere)
        {
            throw DomainError.NotFound(region is null ? "site" : "region").ToException();
        }

        return site => caller.Sees(site.Id)
            && (region is null || site.RegionId == region)
            && (sites.Count == 0 || sites.Contains(site.Id));
    }

    /// <summary>When the caller's token expires (RFC 7519, 4.1.4): what it allows ends then, also on a stream that began before.</summary>
    private static DateTimeOffset ExpiryOf(ServerCallContext context) =>
        long.TryParse(
            context.GetHttpContext().User.FindFirst("exp")?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : DateTimeOffset.MaxValue;

    private static V1.ProgramPlaces Message(WatchedProgram watched)
    {
        var (site, program) = (watched.Site, watched.Program);
        return new V1.ProgramPlaces
        {
            SiteId = site.Id.ToString(),
            SiteName = site.Name,
            RegionId = site.RegionId?.ToString() ?? string.Empty,
            ProgramId = program.Id.ToString(),
            ProgramName = program.Name,
            Licensed = program.Counts.Licensed,
            Occupied = program.Counts.Occupied,
            Held = program.Counts.Held,
            Open = program.Counts.Open,
            Version = program.Counts.Version,
            Gone = watched.IsGone,
        };
    }
}
