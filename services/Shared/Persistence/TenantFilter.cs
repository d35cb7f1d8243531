using System.Reflection;
using Microsoft.EntityFrameworkCore;

namespace Platform.Shared.Persistence;

/// <summary>
/// Filters every query by the tenant, on both providers. On PostgreSQL row-level security holds the same rule below it, for SQL
/// that does not pass through here.
/// </summary>
internal static class TenantFilter
{
    private static readonly MethodInfo Generic =
        typeof(TenantFilter).GetMethod(nameof(ApplyTo), BindingFlags.NonPublic | BindingFlags.Static)!;

    public static void Apply(ServiceDbContext context, ModelBuilder model, Type entity) =>
        Generic.MakeGenericMethod(entity).Invoke(null, [context, model]);

    private static void ApplyTo<TEntity>(ServiceDbContext context, ModelBuilder model)
        where TEntity : class, ITenantOwned =>
        model.Entity<TEntity>().HasQueryFilter(row => row.NetworkId == context.NetworkId);
}
