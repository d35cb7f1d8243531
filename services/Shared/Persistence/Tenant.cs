namespace Platform.Shared.Persistence;

/// <summary>Tells PostgreSQL whose rows this transaction may touch.</summary>
internal static class Tenant
{
    /// <summary>
    /// Sets the tenant for the rest of the transaction, with the statements that it opens with, and asks for the time; an empty
    /// network is a worker that serves the shared tables of all.
    /// </summary>
    /// <returns>How many rows the last of the statements wrote.</returns>
    public static async Task<int> OpenAsync(
        ServiceDbContext db, IReadOnlyList<FormattableString> opening, CancellationToken cancellationToken)
    {
        if (!db.IsPostgres)
        {
            return await Statements.RunAsync(db, opening, cancellationToken);
        }

        var network = db.NetworkId == ServiceDbContext.AllNetworks ? string.Empty : db.NetworkId.ToString("D");
        var worker = db.NetworkId == ServiceDbContext.AllNetworks ? "on" : string.Empty;
        await using var batch = Statements.Batch(
            db, [$"SELECT now(), set_config('app.network', {network}, true), set_config('app.worker', {worker}, true)", .. opening]);
        await using (var answers = await batch.ExecuteReaderAsync(cancellationToken))
        {
            await answers.ReadAsync(cancellationToken);
            db.Clock = await answers.GetFieldValueAsync<DateTimeOffset>(0, cancellationToken);
            while (await answers.NextResultAsync(cancellationToken))
            {
                // A statement that was refused throws when its turn comes.
            }
        }

        return batch.BatchCommands[^1].RecordsAffected;
    }
}
