using System.Globalization;
using System.Text;

namespace Platform.Billing.X12;

/// <summary>
/// Writes 837I files (005010X223A2). Totals, hierarchical numbers and control counts are computed; claims that follow each
/// other with the same billing provider, subscriber and patient share their levels.
/// </summary>
public static class InstitutionalClaimWriter
{
    /// <summary>The implementation guide, for GS08 and ST03.</summary>
    public const string Version = "005010X223A2";

    private const int CodesPerSegment = 12;

    /// <summary>Writes one batch as one interchange with one transaction set, in the memory of one claim.</summary>
    /// <param name="batch">The claims, at least one, each with its own claim id.</param>
    /// <param name="stream">Takes the file as ASCII; it stays open. After an error it holds part of a file: discard it.</param>
    /// <param name="delimiters">The separators; none of them may occur in a value.</param>
    /// <param name="lineBreaks">Whether a line break follows each segment, for people to read.</param>
    /// <exception cref="X12Exception">A claim breaks a rule, which the text names with the claim id.</exception>
    public static void Write(InstitutionalClaimBatch batch, Stream stream, X12Delimiters delimiters, bool lineBreaks = false)
    {
        if (batch.Group.FunctionalId != "HC" || batch.Group.Version != Version)
            throw X12Exception.Of($"The functional group of an institutional claim batch is HC (GS01) of {Version} (GS08).");
        if (batch.Submitter.Telephone.Length != 10 || !batch.Submitter.Telephone.All(char.IsAsciiDigit))
            throw X12Exception.Of("The submitter's telephone (1000A PER04) must be ten digits.");
        if (batch.BatchId.Length is < 1 or > 30)
            throw X12Exception.Of("BatchId (BHT03) must have 1 to 30 characters.");
        using var text = new StreamWriter(stream, Encoding.ASCII, leaveOpen: true);
        var writer = new X12Writer(text, delimiters, lineBreaks);
        writer.Open(batch.Interchange, batch.Group);
        writer.OpenSet("837", batch.ControlNumber, Version);
        writer.Segment("BHT", "0019", "00", batch.BatchId, X12Writer.Date(batch.CreatedDate), X12Writer.Time(batch.CreatedTime), "CH");
        writer.Loop = "1000A";
        writer.Segment("NM1", "41", "2", batch.Submitter.Name, null, null, null, null, "46", batch.Submitter.Id);
        writer.Segment("PER", "IC", batch.Submitter.ContactName, "TE", batch.Submitter.Telephone);
        writer.Loop = "1000B";
        writer.Segment("NM1", "40", "2", batch.Receiver.Name, null, null, null, null, "46", batch.Receiver.Id);
        WriteClaims(writer, batch.Claims);
        writer.CloseSet();
        writer.Close();
    }

    private static void WriteClaims(X12Writer writer, IEnumerable<InstitutionalClaim> claims)
    {
        var (levels, billingLevel, subscriberLevel) = (0, 0, 0);
        var claimIds = new HashSet<string>();
        InstitutionalClaim? last = null;
        foreach (var claim in claims)
        {
            if (InstitutionalClaimRules.Problems(claim) is [_, ..] problems)
                throw X12Exception.Of($"Claim {claim.ClaimId}: {string.Join("; ", problems)}");
            if (!claimIds.Add(claim.ClaimId))
                throw X12Exception.Of($"Claim {claim.ClaimId} stands twice in the batch.");

            // A level is written again only when it or one above it changed. A subscriber's own claims and those of
            // dependents get a level each, so that its HL04 is known before the claims below it are.
            var sameBilling = last?.BillingProvider == claim.BillingProvider;
            var sameSubscriber = sameBilling && last!.Subscriber == claim.Subscriber && last.Payer == claim.Payer
                && last.Patient is null == claim.Patient is null;
            var samePatient = sameSubscriber && last!.Patient == claim.Patient;
            if (!sameBilling)
                WriteBillingProvider(writer, claim.BillingProvider, billingLevel = ++levels);
            if (!sameSubscriber)
                WriteSubscriber(writer, claim, subscriberLevel = ++levels, billingLevel);
            if (!samePatient && claim.Patient is { } patient)
                WritePatient(writer, patient, ++levels, subscriberLevel);
            WriteClaim(writer, claim);
            last = claim;
        }
        if (last is null)
            throw X12Exception.Of("A batch has at least one claim.");
    }

    private static void WriteBillingProvider(X12Writer writer, BillingProvider provider, int level)
    {
        writer.Loop = "2000A";
        writer.Segment("HL", X12Writer.Count(level), null, "20", "1");
        if (provider.Taxonomy is { } taxonomy)
            writer.Segment("PRV", "BI", "PXC", taxonomy);
        writer.Loop = "2010AA";
        writer.Segment("NM1", "85", "2", provider.Name, null, null, null, null, "XX", provider.Npi);
        WriteAddress(writer, provider.Address);
        writer.Segment("REF", "EI", provider.TaxId);
    }

    private static void WriteSubscriber(X12Writer writer, InstitutionalClaim claim, int level, int parent)
    {
        var subscriber = claim.Subscriber;
        writer.Loop = "2000B";
        writer.Segment("HL", X12Writer.Count(level), X12Writer.Count(parent), "22", claim.Patient is null ? "0" : "1");
        writer.Segment("SBR", subscriber.Responsibility, claim.Patient is null ? "18" : null, subscriber.GroupNumber, subscriber.GroupName,
            null, null, null, null, subscriber.FilingIndicator);
        writer.Loop = "2010BA";
        WriteName(writer, "IL", subscriber.Name, "MI", subscriber.MemberId);
        if (subscriber.Address is { } address)
            WriteAddress(writer, address);
        if (subscriber.BirthDate is { } birthDate)
            writer.Segment("DMG", "D8", X12Writer.Date(birthDate), subscriber.Gender);
        writer.Loop = "2010BB";
        writer.Segment("NM1", "PR", "2", claim.Payer.Name, null, null, null, null, claim.Payer.IdQualifier, claim.Payer.Id);
    }

    private static void WritePatient(X12Writer writer, Patient patient, int level, int parent)
    {
        writer.Loop = "2000C";
        writer.Segment("HL", X12Writer.Count(level), X12Writer.Count(parent), "23", "0");
        writer.Segment("PAT", patient.Relationship);
        writer.Loop = "2010CA";
        WriteName(writer, "QC", patient.Name, null, null);
        WriteAddress(writer, patient.Address);
        writer.Segment("DMG", "D8", X12Writer.Date(patient.BirthDate), patient.Gender);
    }

    private static void WriteClaim(X12Writer writer, InstitutionalClaim claim)
    {
        writer.Loop = "2300";
        writer.Segment("CLM", claim.ClaimId, X12Number.WriteCents(claim.TotalChargeCents), null, null,
            X12Value.Of(claim.FacilityType, "A", claim.Frequency), null, claim.Assignment, claim.BenefitsAssigned, claim.ReleaseOfInformation);
        writer.Segment("DTP", "434", "RD8", Period(claim.From, claim.Through));
        writer.Segment("CL1", claim.AdmissionType, claim.AdmissionSource, claim.PatientStatus);
        if (claim.PriorAuthorization is { } authorization)
            writer.Segment("REF", "G1", authorization);
        if (claim.OriginalPayerControlNumber is { } original)
            writer.Segment("REF", "F8", original);
        if (claim.MedicalRecordNumber is { } record)
            writer.Segment("REF", "EA", record);
        writer.Segment("HI", X12Value.Of(claim.PrincipalDiagnosis.Version == IcdVersion.Icd10 ? "ABK" : "BK", claim.PrincipalDiagnosis.Code));
        foreach (var some in claim.OtherDiagnoses.Chunk(CodesPerSegment))
            writer.Segment("HI", [.. some.Select(diagnosis => X12Value.Of(diagnosis.Version == IcdVersion.Icd10 ? "ABF" : "BF", diagnosis.Code))]);
        foreach (var some in claim.ConditionCodes.Chunk(CodesPerSegment))
            writer.Segment("HI", [.. some.Select(code => X12Value.Of("BG", code))]);
        writer.Loop = "2310A";
        WriteName(writer, "71", claim.Attending.Name, "XX", claim.Attending.Npi);
        if (claim.Attending.Taxonomy is { } taxonomy)
            writer.Segment("PRV", "AT", "PXC", taxonomy);
        writer.Loop = "2400";
        for (var i = 0; i < claim.Lines.Count; i++)
            WriteLine(writer, claim.Lines[i], i + 1);
    }

    private static void WriteLine(X12Writer writer, InstitutionalLine line, int number)
    {
        writer.Segment("LX", X12Writer.Count(number));
        writer.Segment("SV2", line.RevenueCode, line.Procedure is { } procedure ? X12Value.Of(procedure) : null,
            X12Number.WriteCents(line.ChargeCents), line.UnitMeasure, X12Number.WriteQuantity(line.Units));
        if (line.From == line.Through)
            writer.Segment("DTP", "472", "D8", X12Writer.Date(line.From));
        else
            writer.Segment("DTP", "472", "RD8", Period(line.From, line.Through));
        if (line.LineControlNumber is { } control)
            writer.Segment("REF", "6R", control);
    }

    private static void WriteName(X12Writer writer, string entity, PersonName name, string? idQualifier, string? id) =>
        writer.Segment("NM1", entity, "1", name.Last, name.First, name.Middle, null, name.Suffix, idQualifier, id);

    private static void WriteAddress(X12Writer writer, PostalAddress address)
    {
        writer.Segment("N3", address.Line1, address.Line2);
        writer.Segment("N4", address.City, address.State, address.Zip);
    }

    private static string Period(DateOnly from, DateOnly through) =>
        string.Create(CultureInfo.InvariantCulture, $"{from:yyyyMMdd}-{through:yyyyMMdd}");
}
