using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Platform.Shared.Errors;

namespace Platform.Shared.Persistence;

/// <summary>What a failure of the store means.</summary>
internal static class StoreFailure
{
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;
    private const int SqliteConstraint = 19;

    /// <summary>
    /// Whether the transaction can simply be run again: a serialization failure, a deadlock, a busy file; or a statement that was
    /// prepared before a migration changed what it returns, which is prepared anew.
    /// </summary>
    public static bool IsRetryable(Exception exception) => Cause(exception) switch
    {
        PostgresException p => p.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            || p is { SqlState: PostgresErrorCodes.FeatureNotSupported, Routine: "RevalidateCachedQuery" },
        SqliteException s => s.SqliteErrorCode is SqliteBusy or SqliteLocked,
        _ => false,
    };

    /// <summary>The domain error behind a failure; null when it is a fault of the service and must be seen as one.</summary>
    public static DomainError? Translate(ServiceDbContext db, Exception exception) => Cause(exception) switch
    {
        PostgresException
        {
            SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ExclusionViolation
                or PostgresErrorCodes.CheckViolation,
        } p => db.ErrorFor(p.ConstraintName ?? string.Empty),
        PostgresException { IsTransient: true } => DomainError.Unavailable("database"),
        PostgresException => null,
        NpgsqlException => DomainError.Unavailable("database"),
        SqliteException { SqliteErrorCode: SqliteConstraint } s => db.ErrorFor(SqliteConstraintName(db, s.Message)),
        SqliteException { SqliteErrorCode: SqliteBusy or SqliteLocked } => DomainError.Unavailable("database"),
        DbUpdateConcurrencyException => DomainError.StaleEtag,
        _ => null,
    };

    /// <summary>The failure of the store inside whatever EF Core wrapped it in.</summary>
    private static Exception? Cause(Exception? exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is NpgsqlException or SqliteException or DbUpdateConcurrencyException)
            {
                return e;
            }
        }

        return null;
    }

    /// <summary>
    /// SQLite names a CHECK constraint, but of a unique index only the columns: <c>UNIQUE constraint failed: payer.network_id,
    /// payer.code</c>. The index is looked up in the model.
    /// </summary>
    private static string SqliteConstraintName(ServiceDbContext db, string message)
    {
        const string check = "CHECK constraint failed: ";
        const string unique = "UNIQUE constraint failed: ";
        var end = message.LastIndexOf('\'');
        if (message.IndexOf(check, StringComparison.Ordinal) is var c and >= 0)
        {
            return message[(c + check.Length)..end];
        }

        if (message.IndexOf(unique, StringComparison.Ordinal) is var u && u < 0)
        {
            return string.Empty;
        }

        var columns = message[(u + unique.Length)..end].Split(", ").ToHashSet(StringComparer.Ordinal);
        foreach (var entity in db.Model.GetEntityTypes())
        {
            var table = entity.GetTableName();
            foreach (var index in entity.GetIndexes().Where(i => i.IsUnique))
            {
                if (columns.SetEquals(index.Properties.Select(p => $"{table}.{p.GetColumnName()}")))
                {
                    return index.GetDatabaseName() ?? string.Empty;
                }
            }

            foreach (var key in entity.GetKeys())
            {
                if (columns.SetEquals(key.Properties.Select(p => $"{table}.{p.GetColumnName()}")))
                {
                    return key.GetName() ?? string.Empty;
                }
            }
        }

        return string.Empty;
    }
}
