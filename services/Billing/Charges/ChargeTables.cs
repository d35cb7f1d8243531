using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Platform.Billing.Claims;
using Platform.Billing.Coverages;
using Platform.Billing.Payers;

namespace Platform.Billing.Charges;

/// <summary>Maps charges and the queue of those that wait to be evaluated.</summary>
internal sealed class ChargeTables : IEntityTypeConfiguration<Charge>, IEntityTypeConfiguration<PendingCharge>
{
    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<Charge> builder)
    {
        builder.ToTable("charge", table =>
        {
            table.HasCheckConstraint("ck_charge_ready_is_priced", "status <> 'Ready' OR contract_id IS NOT NULL");
            table.HasCheckConstraint("ck_charge_claimed_has_claim", "(status IN ('Claimed', 'Paid', 'Denied')) = (claim_id IS NOT NULL)");
        });
        builder.HasKey(c => c.Id);
        builder.HasOne<Payer>().WithMany().HasForeignKey(c => c.PayerId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Coverage>().WithMany().HasForeignKey(c => c.CoverageId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Contract>().WithMany().HasForeignKey(c => c.ContractId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Authorization>().WithMany().HasForeignKey(c => c.AuthorizationId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Claim>().WithMany().HasForeignKey(c => c.ClaimId).OnDelete(DeleteBehavior.Restrict);
        builder.Property(c => c.Status).HasMaxLength(12);
        builder.Property(c => c.State).HasMaxLength(2);
        builder.Property(c => c.Code).HasMaxLength(5);
        builder.Property(c => c.RulePack).HasMaxLength(80);
        builder.Property(c => c.LineControlNumber).HasMaxLength(30);
        builder.Property(c => c.Holds).HasConversion(
            holds => JsonSerializer.Serialize(holds, JsonSerializerOptions.Web),
            json => JsonSerializer.Deserialize<Hold[]>(json, JsonSerializerOptions.Web)!,
            new ValueComparer<IReadOnlyList<Hold>>((a, b) => a!.SequenceEqual(b!), list => list.Count, list => list));

        // One charge a service day, and one priced day a person: never billed twice, whatever order things happen in.
        builder.HasIndex(c => new { c.NetworkId, c.ServiceDayId }).IsUnique();
        builder.HasIndex(c => new { c.NetworkId, c.PersonId, c.On }).IsUnique().HasFilter("contract_id IS NOT NULL");
        builder.HasIndex(c => new { c.NetworkId, c.PersonId });
        builder.HasIndex(c => new { c.NetworkId, c.SiteId, c.On, c.Id });
        builder.HasIndex(c => new { c.NetworkId, c.EpisodeId });
        builder.HasIndex(c => new { c.NetworkId, c.PayerId, c.Status });
    }

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<PendingCharge> builder)
    {
        builder.ToTable("pending_charge");
        builder.HasKey(p => p.ChargeId);
        builder.HasIndex(p => p.DueAt);
    }
}
