using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Platform.Enrollment.RulePacks;

internal sealed class NetworkRulePackTable : IEntityTypeConfiguration<NetworkRulePack>
{
    /// <summary>Name of the unique index on a pack's name and version.</summary>
    public const string UniqueVersion = "ux_rule_pack_name_number";

    public void Configure(EntityTypeBuilder<NetworkRulePack> builder)
    {
        builder.ToTable("rule_pack");
        builder.HasKey(p => p.Id);
        builder.HasIndex(p => new { p.NetworkId, p.Name, p.Number }).IsUnique().HasDatabaseName(UniqueVersion);
    }
}

internal sealed class RulePackHeadTable : IEntityTypeConfiguration<RulePackHead>
{
    public void Configure(EntityTypeBuilder<RulePackHead> builder)
    {
        builder.ToTable("rule_pack_head");
        builder.HasKey(h => h.NetworkId);
        builder.Property(h => h.NetworkId).ValueGeneratedNever();
    }
}

internal sealed class RuleDecisionTable : IEntityTypeConfiguration<RuleDecision>
{
    public void Configure(EntityTypeBuilder<RuleDecision> builder)
    {
        builder.ToTable("rule_decision");
        builder.HasKey(d => d.Id);

        // A pack is tried on the decisions of a span of days, kind by kind.
        builder.HasIndex(d => new { d.NetworkId, d.Kind, d.Day, d.Id });

        // A merge of two records of one person moves their decisions.
        builder.HasIndex(d => new { d.NetworkId, d.PersonId });
    }
}
