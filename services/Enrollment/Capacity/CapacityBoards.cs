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
                    await Task.WhenAny(Task.Delay(Beat, time, stoppingToken), _asked.Reader.WaitToReadAsync(stoppingToken).AsTask());
                    _asked.Reader.TryRead(out _);
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

    /// <summary>Puts a board right; false when it is to be loaded again before it can be relied on.</summary>
    private async Task<bool> CheckAsync(Guid networkId, FollowedBoard followed, CancellationToken cancellationToken)
    {
        followed.IsSearched = false;
        var now = time.GetUtcNow();
        var wasAhead = await stock.TakeAsync(networkId, followed.Board, cancellationToken);
        followed.CheckedAt = now;
        return !wasAhead;
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

        /// <summary>Whether a search was answered from it, though it may lag, since it was compared with the store.</summary>
        public bool IsSearched { get; set; }
    }
}
