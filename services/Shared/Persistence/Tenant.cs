namespace Platform.Shared.Persistence;

/// <summary>Tells PostgreSQL whose rows this transaction may touch.</summary>
internal static class Tenant
{
    /// <summary>
    /// Sets the tenant for the rest of the transaction, with the statements that it opens with; an empty network is a worker that
    /// serves the shared tables of all.
    /// </summary>
    /// <returns>How many rows the last of the statements wrote.</returns>
    public static Task<int> OpenAsync(
        ServiceDbContext db, IReadOnlyList<FormattableString> opening, CancellationToken cancellationToken)
    {
        if (!db.IsPostgres)
        {
            return Statements.RunAsync(db, opening, cancellationToken);
        }

        var network = db.NetworkId == ServiceDbContext.AllNetworks ? string.Empty : db.NetworkId.ToString("D");
        var worker = db.NetworkId == ServiceDbContext.AllNetworks ? "on" : string.Empty;
        return Statements.RunAsync(
            db,
            [$"SELECT set_config('app.network', {network}, true), set_config('app.worker', {worker}, true)", .. opening],
            cancellationToken);
    }
}
