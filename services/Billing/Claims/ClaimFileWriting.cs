using System.Globalization;
using Microsoft.Extensions.Options;
using Platform.Billing.Payers;
using Platform.Billing.X12;

namespace Platform.Billing.Claims;

/// <summary>Writes claims into 837I files.</summary>
internal sealed class ClaimFileWriting(IOptions<SubmitterOptions> submitter)
{
    /// <summary>The file of some claims.</summary>
    /// <param name="db">The transaction.</param>
    /// <param name="id">Id of the file.</param>
    /// <param name="siteId">The site.</param>
    /// <param name="payer">The payer.</param>
    /// <param name="control">Its interchange control number.</param>
    /// <param name="claims">The claims.</param>
    public ClaimFile Write(
        BillingDbContext db, Guid id, Guid siteId, Payer payer, int control, IReadOnlyCollection<InstitutionalClaim> claims)
    {
        using var content = new MemoryStream();
        InstitutionalClaimWriter.Write(Batch(claims, payer, control, db.Now), content, X12Delimiters.Customary, lineBreaks: true);
        return new ClaimFile
        {
            Id = id,
            NetworkId = db.NetworkId,
            SiteId = siteId,
            PayerId = payer.Id,
            ControlNumber = control,
            Content = content.ToArray(),
            WrittenAt = db.Now,
        };
    }

    /// <summary>What keeps a claim out of a file, found by writing it alone; null when nothing does.</summary>
    public string? Problem(InstitutionalClaim claim, Payer payer, DateTimeOffset now)
    {
        try
        {
            InstitutionalClaimWriter.Write(Batch([claim], payer, 1, now), Stream.Null, X12Delimiters.Customary);
            return null;
        }
        catch (X12Exception e)
        {
            return e.Rule;
        }
    }

    /// <summary>The file around the claims. Its clock is UTC: the submitter serves many time zones.</summary>
    private InstitutionalClaimBatch Batch(IEnumerable<InstitutionalClaim> claims, Payer payer, int controlNumber, DateTimeOffset now)
    {
        var sender = submitter.Value;
        var control = controlNumber.ToString("D9", CultureInfo.InvariantCulture);
        var (date, time) = (DateOnly.FromDateTime(now.UtcDateTime), TimeOnly.FromDateTime(now.UtcDateTime));
        return new InstitutionalClaimBatch
        {
            Interchange = new Interchange
            {
                SenderId = sender.Id,
                ReceiverId = payer.ReceiverId,
                Date = date,
                Time = time,
                ControlNumber = control,
                IsTest = sender.Test,
            },
            Group = new FunctionalGroup
            {
                FunctionalId = "HC",
                SenderCode = sender.Id,
                ReceiverCode = payer.ReceiverId,
                Date = date,
                Time = time,
                ControlNumber = controlNumber.ToString(CultureInfo.InvariantCulture),
                Version = InstitutionalClaimWriter.Version,
            },
            ControlNumber = "0001",
            BatchId = control,
            CreatedDate = date,
            CreatedTime = time,
            Submitter = new Submitter(sender.Name, sender.Id, ContactName: null, sender.Telephone),
            Receiver = new Receiver(payer.Name, payer.ReceiverId),
            Claims = claims,
        };
    }
}
