using System.Data.Common;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Platform.Shared.Persistence;

/// <summary>Statements that need no answer from one another, sent together: one round trip to PostgreSQL.</summary>
public static class Statements
{
    private static readonly string[] Names = [.. Enumerable.Range(1, 32).Select(n => string.Create(CultureInfo.InvariantCulture, $"${n}"))];

    /// <summary>Runs them in order, inside the transaction, and reads what they answer. Instants are to be given as the store keeps them.</summary>
    /// <param name="db">The store.</param>
    /// <param name="statements">SQL with its parameters in braces; of types that both databases have.</param>
    /// <param name="read">Reads the results, one after the other.</param>
    /// <param name="cancellationToken">Ends the transaction.</param>
    public static async Task<T> QueryAsync<T>(
        ServiceDbContext db,
        IEnumerable<FormattableString> statements,
        Func<DbDataReader, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        if (db.IsPostgres)
        {
            await using var batch = Batch(db, statements);
            await using var answers = await batch.ExecuteReaderAsync(cancellationToken);
            return await read(answers, cancellationToken);
        }

        await using var command = Command(db, statements);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        return await read(rows, cancellationToken);
    }

    /// <summary>Runs them in order, inside the transaction; what one of them refuses ends it.</summary>
    /// <param name="db">The store.</param>
    /// <param name="statements">SQL with its parameters in braces; of types that PostgreSQL has.</param>
    /// <param name="cancellationToken">Ends the transaction.</param>
    /// <returns>How many rows the last one wrote.</returns>
    internal static async Task<int> RunAsync(
        ServiceDbContext db, IEnumerable<FormattableString> statements, CancellationToken cancellationToken)
    {
        if (db.IsPostgres)
        {
            return await SendAsync(db, statements, cancellationToken);
        }

        var rows = 0;
        foreach (var statement in statements)
        {
            rows = await db.Database.ExecuteSqlAsync(statement, cancellationToken);
        }

        return rows;
    }

    /// <summary>
    /// Runs them and commits, in one round trip: so a lock that the first of them takes is held while the database works, and never
    /// while it waits for this process.
    /// </summary>
    internal static async Task CommitAsync(ServiceDbContext db, IEnumerable<FormattableString> statements)
    {
        // Not cut short: of a commit that was cancelled on its way nobody knows whether it stands.
        await SendAsync(db, [.. statements, $"COMMIT"], CancellationToken.None);
    }

    private static async Task<int> SendAsync(
        ServiceDbContext db, IEnumerable<FormattableString> statements, CancellationToken cancellationToken)
    {
        await using var batch = Batch(db, statements);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return batch.BatchCommands[^1].RecordsAffected;
    }

    internal static NpgsqlBatch Batch(ServiceDbContext db, IEnumerable<FormattableString> statements)
    {
        var batch = ((NpgsqlConnection)db.Database.GetDbConnection()).CreateBatch();
        batch.Transaction = (NpgsqlTransaction)db.Database.CurrentTransaction!.GetDbTransaction();
        foreach (var statement in statements)
        {
            var command = new NpgsqlBatchCommand(string.Format(CultureInfo.InvariantCulture, statement.Format, Names));
            foreach (var value in statement.GetArguments())
            {
                command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
            }

            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    /// <summary>SQLite's numbered parameters; several statements are one command.</summary>
    private static SqliteCommand Command(ServiceDbContext db, IEnumerable<FormattableString> statements)
    {
        var command = ((SqliteConnection)db.Database.GetDbConnection()).CreateCommand();
        command.Transaction = (SqliteTransaction)db.Database.CurrentTransaction!.GetDbTransaction();
        var text = new StringBuilder();
        foreach (var statement in statements)
        {
            var names = new string[statement.ArgumentCount];
            for (var i = 0; i < names.Length; i++)
            {
                names[i] = string.Create(CultureInfo.InvariantCulture, $"@p{command.Parameters.Count}");
                command.Parameters.AddWithValue(names[i], statement.GetArgument(i) ?? DBNull.Value);
            }

            text.AppendFormat(CultureInfo.InvariantCulture, statement.Format, names).Append(";\n");
        }

        command.CommandText = text.ToString();
        return command;
    }
}
