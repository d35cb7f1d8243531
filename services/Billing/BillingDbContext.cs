using Microsoft.EntityFrameworkCore;
using Platform.Billing.Charges;
using Platform.Billing.Claims;
using Platform.Billing.Coverages;
using Platform.Billing.Ledger;
using Platform.Billing.Payers;
using Platform.Billing.Remittances;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Billing;

/// <summary>The store of the Billing service.</summary>
internal sealed class BillingDbContext(DbContextOptions<BillingDbContext> options) : ServiceDbContext(options)
{
    public DbSet<Payer> Payers => Set<Payer>();

    public DbSet<Contract> Contracts => Set<Contract>();

    public DbSet<Coverage> Coverages => Set<Coverage>();

    public DbSet<Authorization> Authorizations => Set<Authorization>();

    public DbSet<Charge> Charges => Set<Charge>();

    public DbSet<PendingCharge> PendingCharges => Set<PendingCharge>();

    public DbSet<Claim> Claims => Set<Claim>();

    public DbSet<ClaimFile> ClaimFiles => Set<ClaimFile>();

    public DbSet<ClaimNumbers> ClaimNumbers => Set<ClaimNumbers>();

    public DbSet<Remittance> Remittances => Set<Remittance>();

    public DbSet<RemittanceFile> RemittanceFiles => Set<RemittanceFile>();

    public DbSet<RemittedClaim> RemittedClaims => Set<RemittedClaim>();

    public DbSet<LedgerEntry> LedgerEntries => Set<LedgerEntry>();

    /// <inheritdoc/>
    protected override DomainError? ErrorFor(string constraint) => constraint switch
    {
        PayerTables.PayerCodeIndex => PayerEndpoint.PayerCodeTaken,
        PayerTables.ContractOverlap => PayerEndpoint.ContractOverlap,
        CoverageTables.CoverageOverlap => CoverageEndpoint.CoverageOverlap,
        CoverageTables.AuthorizationNumberIndex => CoverageEndpoint.AuthorizationKnown,
        _ => null,
    };

    /// <inheritdoc/>
    protected override void MapTables(ModelBuilder model)
    {
        model.MapMergedIds();
        model.ApplyConfigurationsFromAssembly(typeof(BillingDbContext).Assembly);
    }
}
