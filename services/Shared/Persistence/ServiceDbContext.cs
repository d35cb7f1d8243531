using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Platform.Shared.Auditing;
using Platform.Shared.Errors;
using Platform.Shared.Messaging;
using Platform.Shared.Requests;

namespace Platform.Shared.Persistence;

/// <summary>
/// The store of one service, in PostgreSQL or SQLite: the service's own tables and the ones that every service has (outbox, inbox,
/// requests, audit). Used inside <see cref="Database{TDb}"/> only, which opens the transaction and sets the tenant.
/// </summary>
public abstract class ServiceDbContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>Stands for all networks: a background worker's, which sees the rows that are <see cref="IServedByWorkers"/> and no others.</summary>
    public static readonly Guid AllNetworks = Guid.Empty;

    private readonly List<Func<CancellationToken, Task>> _afterCommit = [];
    private readonly List<AuditNote> _auditNotes = [];
    private readonly List<OutboxMessage> _events = [];
    private readonly List<FormattableString> _withCommit = [];

    /// <summary>The network whose rows are read and written, or <see cref="AllNetworks"/>.</summary>
    public Guid NetworkId { get; internal set; }

    /// <summary>When the transaction began.</summary>
    public DateTimeOffset Now { get; internal set; }

    /// <summary>
    /// When the transaction began, on the database's clock, which all processes share: a hold cannot be past for one and standing
    /// for another. On SQLite it is the one process's.
    /// </summary>
    public DateTimeOffset Clock { get; internal set; }

    internal IReadOnlyList<AuditNote> AuditNotes => _auditNotes;

    /// <summary>What is published when the transaction commits.</summary>
    internal IReadOnlyList<OutboxMessage> Events => _events;

    /// <summary>Statements that are sent with the commit.</summary>
    internal IReadOnlyList<FormattableString> CommitStatements => [.. _withCommit, .. LastStatements()];

    internal DbSet<OutboxMessage> Outbox => Set<OutboxMessage>();

    internal DbSet<DeadMessage> DeadMessages => Set<DeadMessage>();

    internal DbSet<InboxMessage> Inbox => Set<InboxMessage>();

    internal DbSet<HandledRequest> HandledRequests => Set<HandledRequest>();

    internal DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    internal DbSet<AuditHead> AuditHeads => Set<AuditHead>();

    /// <summary>Whether the store is PostgreSQL; otherwise it is SQLite.</summary>
    public bool IsPostgres => Database.ProviderName == "Npgsql.EntityFrameworkCore.PostgreSQL";

    /// <summary>A new id that sorts by time (UUIDv7, RFC 9562).</summary>
    public Guid NewId() => Guid.CreateVersion7(Now);

    /// <summary>An instant as the store keeps it, for SQL that does not pass through the model.</summary>
    public object Stored(DateTimeOffset instant) =>
        IsPostgres ? instant : (instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Writes an event into the outbox, with the commit of this transaction.</summary>
    /// <param name="domainEvent">The event; ids, codes, dates and minutes only.</param>
    /// <param name="partitionKey">Events with the same key are published in the order in which they were written.</param>
    public void Publish(IDomainEvent domainEvent, Guid partitionKey) =>
        _events.Add(OutboxMessage.From(domainEvent, partitionKey, NetworkId, Now));

    /// <summary>Leaves an audit row for what is done in this transaction.</summary>
    public void Audit(AuditNote note) => _auditNotes.Add(note);

    /// <summary>Sends a statement with the commit, after all that the work saves: what it writes is not read again in this transaction.</summary>
    public void WithCommit(FormattableString statement) => _withCommit.Add(statement);

    /// <summary>Runs <paramref name="action"/> once the transaction has been committed; it may be lost if the process dies.</summary>
    public void AfterCommit(Func<CancellationToken, Task> action) => _afterCommit.Add(action);

    /// <summary>
    /// The domain error behind a violated constraint or unique index, by its name in the database; null when a violation of it
    /// is a fault of the service.
    /// </summary>
    protected internal virtual DomainError? ErrorFor(string constraint) => null;

    /// <summary>
    /// What a service writes last: all else is saved, and no lock is taken after it but that of the audit chain's end. Sent with the
    /// commit.
    /// </summary>
    protected internal virtual IReadOnlyList<FormattableString> LastStatements() => [];

    /// <summary>A transaction begins: forgets what an earlier one, which may have failed, left in this instance.</summary>
    protected internal virtual void OnBegin()
    {
    }

    /// <summary>Maps the tables of the service.</summary>
    protected abstract void MapTables(ModelBuilder model);

    /// <inheritdoc/>
    protected sealed override void OnModelCreating(ModelBuilder modelBuilder)
    {
        SharedTables.Map(modelBuilder);
        MapTables(modelBuilder);
        foreach (var entity in modelBuilder.Model.GetEntityTypes().Where(e => typeof(ITenantOwned).IsAssignableFrom(e.ClrType)))
        {
            TenantFilter.Apply(this, modelBuilder, entity.ClrType);
        }

        foreach (var property in modelBuilder.Model.GetEntityTypes()
            .Where(e => typeof(IVersioned).IsAssignableFrom(e.ClrType))
            .Select(e => e.FindProperty(nameof(IVersioned.Version))!))
        {
            property.IsConcurrencyToken = true;
        }

        Naming.UseSnakeCase(modelBuilder.Model);
    }

    /// <inheritdoc/>
    protected sealed override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        Conventions.Apply(configurationBuilder, IsPostgres);

    internal IReadOnlyList<Func<CancellationToken, Task>> TakeAfterCommit()
    {
        var actions = _afterCommit.ToArray();
        _afterCommit.Clear();
        return actions;
    }

    internal void Begin(Guid networkId, DateTimeOffset now)
    {
        NetworkId = networkId;
        Now = now;
        Clock = now;
        _afterCommit.Clear();
        _auditNotes.Clear();
        _events.Clear();
        _withCommit.Clear();
        ChangeTracker.Clear();
        OnBegin();
    }
}
