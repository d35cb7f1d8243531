using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Platform.Enrollment.Capacity;

/// <summary>
/// The boards of the networks that this process was asked about.
///
/// A board is loaded from the cache, checked against the versions in the store, and then follows what is written. It can be relied
/// on as long as every message is heard: from the moment that a connection is lost or an echo does not come back, searches go to
/// the store, until the board has been loaded again. Every half minute it is checked against the store once more, so that
/// whatever went wrong unnoticed is put right: a message that was lost, a cache that was emptied, a database that was restored
/// from a backup and is behind what board and cache know.
/// </summary>
internal sealed class CapacityBoards(ICapacityCache cache, StockTaking stock, TimeProvider time, ILogger<CapacityBoards> logger)
    : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StockInterval = TimeSpan.FromSeconds(30);

    /// <summary>While nothing is heard, a board that someone watches or searches is compared with the store this often.</summary>
    private static readonly TimeSpan DeafInterval = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Guid, FollowedBoard> _boards = new();
    private readonly Channel<bool> _asked = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private int _unheard;

    /// <summary>The board of a network while it can be relied on; else null, and it is being loaded.</summary>
    public CapacityBoard? Current(Guid networkId)
    {
        var followed = Followed(networkId);
        return followed.LoadedAt == cache.Interruptions ? followed.Board : null;
    }

    /// <summary>The board of a network, though it may lag behind the store by seconds while nothing is heard.</summary>
    public CapacityBoard Lagging(Guid networkId) => Followed(networkId).Board;

    /// <summary>
    /// The board of a network though it may lag behind the store, and when it was as the store the last time; null when it never was.
    /// While nothing is heard, it is compared with the store more often after this.
    /// </summary>
    public (CapacityBoard Board, DateTimeOffset AsOf)? Seen(Guid networkId)
    {
        var followed = Followed(networkId);
        followed.IsSearched = true;
        return followed.CheckedAt == default ? null : (followed.Board, followed.CheckedAt);
    }

    /// <summary>
    /// Brings the board of a network to what the store says, unless it can be relied on. Of many who ask at once, as after a restart,
    /// the first and the second make the store work; what these found was asked for by all.
    /// </summary>
    public async Task CatchUpAsync(Guid networkId, CancellationToken cancellationToken)
    {
        var followed = Followed(networkId);
        var next = followed.ChecksBegun + 1;
        if (Current(networkId) is null && !await CheckAsync(networkId, followed, next, cancellationToken))
        {
            followed.LoadedAt = FollowedBoard.Never;
        }
    }

    /// <summary>Takes over what this process itself did.</summary>
    public void Apply(Guid networkId, CapacityChange change)
    {
        if (_boards.TryGetValue(networkId, out var followed))
        {
            followed.Board.Apply(change);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    await WaitAsync(stoppingToken);
                    await BeatAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    logger.LogWarning("The boards could not be checked ({Failure}); the next round tries again.", e.GetType().Name);
                    await Task.Delay(Beat, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Waits for the next beat, or until another network is asked for. Neither is waited for any longer then.</summary>
    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.Delay(Beat, time, enough.Token), _asked.Reader.WaitToReadAsync(enough.Token).AsTask());
        await enough.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        _asked.Reader.TryRead(out _);
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        if (_boards.IsEmpty)
        {
            return;
        }

        // One echo that is late is a busy machine; two are a cache that is not to be relied on.
        _unheard = await cache.IsHeardAsync() ? 0 : _unheard + 1;
        var isHeard = _unheard < 2;
        foreach (var (networkId, followed) in _boards)
        {
            if (!isHeard)
            {
                followed.LoadedAt = FollowedBoard.Never;
            }

            try
            {
                await KeepAsync(networkId, followed, isHeard, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                logger.LogWarning(
                    "The board of network {Network} could not be checked ({Failure}); the next round tries again.", networkId, e.GetType().Name);
            }
        }
    }

    private async Task KeepAsync(Guid networkId, FollowedBoard followed, bool isHeard, CancellationToken cancellationToken)
    {
        if (isHeard && followed.LoadedAt != cache.Interruptions)
        {
            await LoadAsync(networkId, followed, cancellationToken);
        }
        else if (time.GetUtcNow() - followed.CheckedAt >= StockInterval
            || (!isHeard && (followed.Board.IsWatched || followed.IsSearched) && time.GetUtcNow() - followed.CheckedAt >= DeafInterval))
        {
            followed.LoadedAt = await CheckAsync(networkId, followed, cancellationToken) ? followed.LoadedAt : FollowedBoard.Never;
        }
    }

    private async Task LoadAsync(Guid networkId, FollowedBoard followed, CancellationToken cancellationToken)
    {
        // Follow first: what is written while the board is loaded must not be missed. If the connection is lost meanwhile, the
        // count of interruptions is not the one noted here any more.
        var interruptions = cache.Interruptions;
        followed.IsFollowed = followed.IsFollowed || await cache.FollowAsync(networkId, change => followed.Board.Apply(change));
        if (!followed.IsFollowed || await cache.ReadSitesAsync(networkId) is not { } sites)
        {
            return;
        }

        foreach (var site in sites)
        {
            followed.Board.Apply(new SiteWritten(site));
        }

        if (await CheckAsync(networkId, followed, cancellationToken))
        {
            followed.LoadedAt = interruptions;
        }
    }

    private Task<bool> CheckAsync(Guid networkId, FollowedBoard followed, CancellationToken cancellationToken) =>
        CheckAsync(networkId, followed, long.MaxValue, cancellationToken);

    /// <summary>Puts a board right, unless a check was made that began as this one or later.</summary>
    /// <returns>False when it is to be loaded again before it can be relied on.</returns>
    private async Task<bool> CheckAsync(Guid networkId, FollowedBoard followed, long number, CancellationToken cancellationToken)
    {
        await followed.Checking.WaitAsync(cancellationToken);
        try
        {
            if (followed.ChecksMade >= number)
            {
                return true;
            }

            followed.ChecksBegun++;
            followed.IsSearched = false;
            var now = time.GetUtcNow();
            var wasAhead = await stock.TakeAsync(networkId, followed.Board, cancellationToken);
            followed.CheckedAt = now;
            followed.ChecksMade = followed.ChecksBegun;
            return !wasAhead;
        }
        finally
        {
            followed.Checking.Release();
        }
    }

    private FollowedBoard Followed(Guid networkId)
    {
        if (_boards.TryGetValue(networkId, out var known))
        {
            return known;
        }

        var followed = _boards.GetOrAdd(networkId, _ => new FollowedBoard());
        _asked.Writer.TryWrite(true);
        return followed;
    }

    /// <summary>A board, and how far it can be relied on.</summary>
    private sealed class FollowedBoard
    {
        public const long Never = -1;
        private long _loadedAt = Never;
        private long _checkedAt;
        private long _checksBegun;

        public CapacityBoard Board { get; } = new();

        public bool IsFollowed { get; set; }

        /// <summary>The count of interruptions at which it was loaded.</summary>
        public long LoadedAt
        {
            get => Interlocked.Read(ref _loadedAt);
            set => Interlocked.Exchange(ref _loadedAt, value);
        }

        /// <summary>When it was compared with the store the last time.</summary>
        public DateTimeOffset CheckedAt
        {
            get => new(Interlocked.Read(ref _checkedAt), TimeSpan.Zero);
            set => Interlocked.Exchange(ref _checkedAt, value.UtcTicks);
        }

        /// <summary>Held by who compares it with the store.</summary>
        public SemaphoreSlim Checking { get; } = new(1, 1);

        /// <summary>How many comparisons with the store were begun.</summary>
        public long ChecksBegun
        {
            get => Interlocked.Read(ref _checksBegun);
            set => Interlocked.Exchange(ref _checksBegun, value);
        }

        /// <summary>Number of the last comparison that was made to its end. Guarded by <see cref="Checking"/>.</summary>
        public long ChecksMade { get; set; }

        /// <summary>Whether a search was answered from it, though it may lag, since it was compared with the store.</summary>
        public bool IsSearched { get; set; }
    }
}
