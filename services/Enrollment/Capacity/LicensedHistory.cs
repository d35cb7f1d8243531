using Microsoft.EntityFrameworkCore;

namespace Platform.Enrollment.Capacity;

/// <summary>Keeps how many places a program was licensed for, by day. Whoever writes here holds the row of the places.</summary>
internal static class LicensedHistory
{
    /// <summary>Begins the history of a program that was opened before histories were kept, with the number that it has.</summary>
    public static Task BeginAsync(EnrollmentDbContext db, Guid programId, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO licensed_change (network_id, program_id, site_id, "from", licensed)
             SELECT network_id, program_id, site_id, {LicensedChange.Beginning}, licensed FROM program_capacity
             WHERE program_id = {programId} AND NOT EXISTS (SELECT 1 FROM licensed_change WHERE program_id = {programId})
             ON CONFLICT DO NOTHING
             """,
            cancellationToken);

    /// <summary>Notes the number that holds from a day on.</summary>
    public static Task RecordAsync(
        EnrollmentDbContext db, Guid siteId, Guid programId, DateOnly from, int licensed, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO licensed_change (network_id, program_id, site_id, "from", licensed)
             VALUES ({db.NetworkId}, {programId}, {siteId}, {from}, {licensed})
             ON CONFLICT (program_id, "from") DO UPDATE SET licensed = excluded.licensed
             """,
            cancellationToken);
}
