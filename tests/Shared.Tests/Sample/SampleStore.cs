using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Platform.Shared.Messaging;
using Platform.Shared.Persistence;
using Platform.Support;

namespace Platform.Shared.Tests.Sample;

/// <summary>A store of a test's own: a PostgreSQL database, used by a role that row-level security binds, or an SQLite file.</summary>
internal sealed class SampleStore<TDb> : IAsyncDisposable
    where TDb : ServiceDbContext
{
    private readonly OutboxSignal _signal = new();
    private readonly TestDatabase? _database;
    private readonly string? _file;

    private SampleStore(TestDatabase? database, string? file)
    {
        _database = database;
        _file = file;
        Contexts = new PooledDbContextFactory<TDb>(Options(Use));
        Database = new Database<TDb>(Contexts, _signal, TimeProvider.System);
    }

    public IDbContextFactory<TDb> Contexts { get; }

    /// <summary>The store as a process without a relay writes to it.</summary>
    public Database<TDb> Database { get; }

    public static async Task<SampleStore<TDb>> CreateAsync(bool postgres = true)
    {
        var database = postgres ? await TestDatabase.CreateAsync("messaging") : null;
        var file = postgres ? null : Path.Combine(Directory.CreateTempSubdirectory("platform-messaging-").FullName, "store.db");
        var store = new SampleStore<TDb>(database, file);
        var create = database is null ? store.Use : (Action<DbContextOptionsBuilder>)(o => o.UseNpgsql(database.OwnerConnectionString));
        await using var db = await new PooledDbContextFactory<TDb>(Options(create)).CreateDbContextAsync();
        await db.Database.EnsureCreatedAsync();
        if (database is not null)
        {
            // Without migrations there is no table of them.
            foreach (var statement in RowSecurity.Statements(db, database.AppRole).Where(s => !s.Contains(StoreOptions.MigrationsHistory)))
                await db.Database.ExecuteSqlRawAsync(statement);
        }
        return store;
    }

    public void Use(DbContextOptionsBuilder options)
    {
        if (_database is not null)
            options.UseNpgsql(_database.AppConnectionString);
        else
            options.UseSqlite($"Data Source={_file}");
    }

    /// <summary>Runs a transaction, and gives back what it gives.</summary>
    public Task<T> WriteAsync<T>(Guid network, Func<TDb, Task<T>> work) =>
        Database.WriteAsync(network, null, (db, _) => work(db), CancellationToken.None);

    public Task<T> ReadAsync<T>(Guid network, Func<TDb, Task<T>> read) =>
        Database.ReadAsync(network, (db, _) => read(db), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        _signal.Dispose();
        if (_database is not null)
            await _database.DisposeAsync();
        if (_file is not null)
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
        }
    }

    private static DbContextOptions<TDb> Options(Action<DbContextOptionsBuilder> use)
    {
        var options = new DbContextOptionsBuilder<TDb>();
        use(options);
        return options.Options;
    }
}
