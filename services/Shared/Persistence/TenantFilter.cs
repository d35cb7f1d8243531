using System.Reflection;
using Microsoft.EntityFrameworkCore;

namespace Platform.Shared.Persistence;

/// <summary>
/// Filters every query by the tenant, on both providers. On PostgreSQL row-level security holds the same rule below it, for SQL
/// that does not pass through here.
/// </summary>
internal static class TenantFilter
{
    private static readonly MethodInfo Tenant =
        typeof(TenantFilter).GetMethod(nameof(ApplyTenant), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static readonly MethodInfo TenantOrWorker =
        typeof(TenantFilter).GetMethod(nameof(ApplyTenantOrWorker), BindingFlags.NonPublic | BindingFlags.Static)!;

    public static void Apply(ServiceDbContext context, ModelBuilder model, Type entity) =>
        (typeof(IServedByWorkers).IsAssignableFrom(entity) ? TenantOrWorker : Tenant)
            .MakeGenericMethod(entity).Invoke(null, [context, model]);

    private static void ApplyTenant<TEntity>(ServiceDbContext context, ModelBuilder model)
        where TEntity : class, ITenantOwned =>
        model.Entity<TEntity>().HasQueryFilter(row => row.NetworkId == context.NetworkId);

    private static void ApplyTenantOrWorker<TEntity>(ServiceDbContext context, ModelBuilder model)
        where TEntity : class, IServedByWorkers =>
        model.Entity<TEntity>().HasQueryFilter(row => context.NetworkId == ServiceDbContext.AllNetworks || row.NetworkId == context.NetworkId);
}
