using Microsoft.EntityFrameworkCore;

namespace Platform.Shared.Persistence;

/// <summary>Tells PostgreSQL whose rows this transaction may touch.</summary>
internal static class Tenant
{
    /// <summary>Sets the tenant for the rest of the transaction; an empty network is a worker that serves the shared tables of all.</summary>
    public static Task SetAsync(ServiceDbContext db, CancellationToken cancellationToken)
    {
        if (!db.IsPostgres)
        {
            return Task.CompletedTask;
        }

        var network = db.NetworkId == ServiceDbContext.AllNetworks ? string.Empty : db.NetworkId.ToString("D");
        var worker = db.NetworkId == ServiceDbContext.AllNetworks ? "on" : string.Empty;
        return db.Database.ExecuteSqlAsync(
            $"SELECT set_config('app.network', {network}, true), set_config('app.worker', {worker}, true)", cancellationToken);
    }
}
