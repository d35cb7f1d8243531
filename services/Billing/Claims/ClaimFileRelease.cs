using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Billing.Charges;
using Platform.Billing.Disclosures;
using Platform.Billing.Payers;
using Platform.Shared.Errors;
using Platform.Shared.Requests;
using Enrolled = Platform.Enrollment.V1;

namespace Platform.Billing.Claims;

/// <summary>
/// Hands out claim files. A file is made for its payer, so whoever fetches it discloses it to the payer or is the payer:
/// 1. Enrollment is asked, as for any disclosure; in one transaction there it is recorded for everyone in the file, or refused;
/// 2. refused for one, the file is withheld whole, and the charges of these persons are flagged, and of nobody else any more, which
///    is how the operator sees them and what a <see cref="ClaimReissue"/> leaves out;
/// 3. otherwise flags of before are taken away, every person's audit row is left, and the bytes go out.
/// </summary>
internal sealed class ClaimFileRelease(Operations<BillingDbContext> operations, PayerDisclosures disclosures)
{
    private static readonly Enrolled.RecordCategory[] Categories =
        [Enrolled.RecordCategory.Demographics, Enrolled.RecordCategory.Diagnosis, Enrolled.RecordCategory.Claims];

    private static readonly DomainError Withheld = DomainError.Precondition(
        "CLAIM_FILE_WITHHELD",
        "The file is not handed out: for someone in it nothing allows disclosure to the payer any more (42 CFR 2.31). The charges "
        + "concerned are flagged CONSENT_WITHDRAWN.");

    /// <summary>The bytes of a file, recorded as disclosed, and the notice that goes with them; empty when none is required.</summary>
    /// <exception cref="DomainException">NOT_FOUND. FAILED_PRECONDITION: withheld. UNAVAILABLE: Enrollment does not answer.</exception>
    public async Task<(byte[] Content, string Notice)> ReleaseAsync(ServerCallContext context, Guid fileId)
    {
        var (siteId, payer, subjects) = await operations.ReadAsync(context, op => FindAsync(op, fileId));
        var answer = await disclosures.RecordAsync(
            context, siteId, payer, subjects, Categories, $"Institutional claims (X12 837I), file {fileId}");
        if (answer.Refused.Count > 0)
        {
            var persons = answer.Refused.Select(refused => Guid.Parse(refused.PersonId)).ToHashSet();
            await operations.AuditedReadAsync(context, op => WithholdAsync(op, fileId, persons));
            throw Withheld.ToException();
        }

        var content = await operations.AuditedReadAsync(context, op => HandOutAsync(op, fileId));
        return (content, answer.Notice?.ShortForm ?? string.Empty);
    }

    private static async Task<(Guid SiteId, Payer Payer, List<Subject> Subjects)> FindAsync(
        Operation<BillingDbContext> op, Guid fileId)
    {
        var file = await op.Db.ClaimFiles.SingleOrDefaultAsync(f => f.Id == fileId, op.CancellationToken);
        if (file is null || !op.Caller.SeesPayer(file.PayerId) || !op.Caller.SeesSiteOf(file.SiteId))
        {
            throw DomainError.NotFound("claim file").ToException();
        }

        file.RequireCurrent();
        var payer = await op.Db.Payers.SingleAsync(p => p.Id == file.PayerId, op.CancellationToken);
        var subjects = await op.Db.Claims
            .Where(c => c.FileId == fileId)
            .Select(c => new { c.PersonId, c.EpisodeId })
            .Distinct()
            .ToListAsync(op.CancellationToken);
        return (file.SiteId, payer, subjects.ConvertAll(subject => new Subject(subject.PersonId, subject.EpisodeId)));
    }

    private static async Task<bool> WithholdAsync(Operation<BillingDbContext> op, Guid fileId, HashSet<Guid> persons)
    {
        // It may have been issued again since Enrollment was asked, or is being issued again now.
        (await op.Db.LockFileAsync(fileId, op.CancellationToken))!.RequireCurrent();

        // A claim keeps the id that it was written with; its charges follow a merge of two records.
        var claims = await op.Db.Claims
            .Where(c => c.FileId == fileId && persons.Contains(c.PersonId)).Select(c => c.Id).ToListAsync(op.CancellationToken);
        foreach (var charge in await op.Db.LockChargesAsync(fileId, op.CancellationToken))
        {
            var refused = claims.Contains(charge.ClaimId!.Value);
            if (refused ? charge.Withhold() : charge.Release())
            {
                op.Audit(refused ? "charge.hold" : "charge.release", "charge", charge.Id, charge.PersonId, "PAYMENT");
                op.Db.Publish(Pricing.Changed(charge), charge.Id);
            }
        }

        foreach (var person in persons)
        {
            op.Audit("claim-file.withhold", "claim-file", fileId, person, "PAYMENT");
        }

        return true;
    }

    private static async Task<byte[]> HandOutAsync(Operation<BillingDbContext> op, Guid fileId)
    {
        // It may have been issued again since Enrollment was asked.
        var file = (await op.Db.LockFileAsync(fileId, op.CancellationToken))!;
        file.HandOut();
        foreach (var charge in await op.Db.LockChargesAsync(fileId, op.CancellationToken))
        {
            if (charge.Release())
            {
                op.Audit("charge.release", "charge", charge.Id, charge.PersonId, "PAYMENT");
                op.Db.Publish(Pricing.Changed(charge), charge.Id);
            }
        }

        foreach (var person in await op.Db.Claims
            .Where(c => c.FileId == fileId).Select(c => c.PersonId).Distinct().ToListAsync(op.CancellationToken))
        {
            op.Audit("claim-file.download", "claim-file", fileId, person, "PAYMENT");
        }

        return file.Content;
    }
}
