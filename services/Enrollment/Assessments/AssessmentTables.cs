using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Platform.Enrollment.Assessments.Asam;
using Platform.Enrollment.Assessments.Safety;
using Platform.Enrollment.Assessments.Screening;
using Platform.Enrollment.Referrals;

namespace Platform.Enrollment.Assessments;

internal sealed class AsamAssessmentTable : IEntityTypeConfiguration<AsamAssessment>
{
    public void Configure(EntityTypeBuilder<AsamAssessment> builder)
    {
        builder.ToTable("asam_assessment");
        builder.HasKey(a => a.Id);
        builder.HasOne<Person>().WithMany().HasForeignKey(a => a.PersonId);
        builder.HasOne<Referral>().WithMany().HasForeignKey(a => a.ReferralId);
        builder.HasIndex(a => new { a.PersonId, a.AssessedOn, a.Id });
        builder.Property(a => a.Ratings).HasConversion(
            ratings => JsonSerializer.Serialize(ratings, JsonSerializerOptions.Default),
            json => JsonSerializer.Deserialize<List<AsamRating>>(json, JsonSerializerOptions.Default)!,
            Unchanged<IReadOnlyList<AsamRating>>());
    }

    /// <summary>The rows never change, so what they hold is equal while it is the same.</summary>
    internal static ValueComparer<T> Unchanged<T>()
        where T : class => new((a, b) => ReferenceEquals(a, b), value => value.GetHashCode(), value => value);
}

internal sealed class ScreeningTable : IEntityTypeConfiguration<ScreeningRecord>
{
    public void Configure(EntityTypeBuilder<ScreeningRecord> builder)
    {
        builder.ToTable("screening");
        builder.HasKey(s => s.Id);
        builder.HasOne<Person>().WithMany().HasForeignKey(s => s.PersonId);
        builder.HasIndex(s => new { s.PersonId, s.Instrument, s.TakenOn, s.Id });
        builder.HasIndex(s => new { s.EpisodeId, s.Instrument, s.TakenOn });
        builder.Property(s => s.StruckBy).HasDefaultValue(string.Empty);
        builder.Property(s => s.StrikeReason).HasDefaultValue(string.Empty);
        Json(builder.Property(s => s.Answers));
        Json(builder.Property(s => s.Scores));
    }

    private static void Json(PropertyBuilder<IReadOnlyDictionary<string, int>> property) => property.HasConversion(
        values => JsonSerializer.Serialize(values, JsonSerializerOptions.Default),
        json => JsonSerializer.Deserialize<Dictionary<string, int>>(json, JsonSerializerOptions.Default)!,
        AsamAssessmentTable.Unchanged<IReadOnlyDictionary<string, int>>());
}

internal sealed class SafetyAlertTable : IEntityTypeConfiguration<SafetyAlert>
{
    public void Configure(EntityTypeBuilder<SafetyAlert> builder)
    {
        builder.ToTable("safety_alert");
        builder.HasKey(a => a.Id);
        builder.HasOne<Person>().WithMany().HasForeignKey(a => a.PersonId);
        builder.Property(a => a.ToldSites).HasDefaultValue(Array.Empty<Guid>());
        builder.HasOne<ScreeningRecord>().WithMany().HasForeignKey(a => a.ScreeningId);
        builder.HasIndex(a => new { a.NetworkId, a.RaisedAt, a.Id });
        builder.HasIndex(a => new { a.SiteId, a.RaisedAt, a.Id });

        // What is open is looked at all day; what was acknowledged is history.
        builder.HasIndex(a => new { a.NetworkId, a.SiteId, a.RaisedAt }).HasFilter("status = 'Open'");
    }
}
