namespace Platform.Billing.X12;

/// <summary>
/// What 005010X223A2 and the payers ask of a claim before it may be written. Each problem names the field and no person.
/// </summary>
public static class InstitutionalClaimRules
{
    // ICD-9 ended with services after this day (45 CFR 162.1002).
    private static readonly DateOnly LastDayOfIcd9 = new(2015, 9, 30);

    /// <summary>What keeps a claim from being written; empty when nothing does.</summary>
    public static IReadOnlyList<string> Problems(InstitutionalClaim claim)
    {
        var problems = new List<string>();
        Identifier(problems, "ClaimId (CLM01)", claim.ClaimId, 20);
        BillingProvider(problems, claim.BillingProvider);
        Parties(problems, claim);
        Header(problems, claim);
        Codes(problems, claim);
        Lines(problems, claim);
        return problems;
    }

    private static void BillingProvider(List<string> problems, BillingProvider provider)
    {
        Name(problems, "BillingProvider.Name (2010AA NM103)", provider.Name, 60);
        Require(problems, Npi.IsValid(provider.Npi), "BillingProvider.Npi (2010AA NM109) must be ten digits with a right check digit");
        Require(problems, IsDigits(provider.TaxId, 9), "BillingProvider.TaxId (2010AA REF*EI) must be nine digits");
        Require(problems, provider.Taxonomy is null || IsCode(provider.Taxonomy, 10, 10), "BillingProvider.Taxonomy (2000A PRV03) must be ten capital letters or digits");
        Address(problems, "BillingProvider.Address (2010AA N3, N4)", provider.Address);
        Require(problems, IsDigits(provider.Address.Zip, 9), "BillingProvider.Address.Zip (2010AA N403) must be nine digits");
        Require(problems, !IsPostOfficeBox(provider.Address.Line1), "BillingProvider.Address.Line1 (2010AA N301) must be a street address, not a post-office box");
    }

    private static void Parties(List<string> problems, InstitutionalClaim claim)
    {
        var subscriber = claim.Subscriber;
        Person(problems, "Subscriber.Name (2010BA NM1)", subscriber.Name);
        Identifier(problems, "Subscriber.MemberId (2010BA NM109)", subscriber.MemberId, 80);
        OneOf(problems, "Subscriber.Responsibility (SBR01)", subscriber.Responsibility, "P", "S", "T");
        Require(problems, IsCode(subscriber.FilingIndicator, 1, 2), "Subscriber.FilingIndicator (SBR09) must be one or two capital letters or digits");
        if (subscriber.GroupNumber is { } number)
            Identifier(problems, "Subscriber.GroupNumber (SBR03)", number, 50);
        if (subscriber.GroupName is { } group)
            Name(problems, "Subscriber.GroupName (SBR04)", group, 60);
        if (subscriber.Address is { } address)
            Address(problems, "Subscriber.Address (2010BA N3, N4)", address);
        if (claim.Patient is { } patient)
        {
            Person(problems, "Patient.Name (2010CA NM1)", patient.Name);
            OneOf(problems, "Patient.Relationship (PAT01)", patient.Relationship, "01", "19", "20", "21", "39", "40", "53", "G8");
            Address(problems, "Patient.Address (2010CA N3, N4)", patient.Address);
            OneOf(problems, "Patient.Gender (2010CA DMG03)", patient.Gender, "F", "M", "U");
        }
        else
        {
            Require(problems, subscriber.Address is not null, "Subscriber.Address (2010BA N3, N4) is required when the subscriber is the patient");
            Require(problems, subscriber.BirthDate is not null && subscriber.Gender is not null, "Subscriber.BirthDate and Gender (2010BA DMG) are required when the subscriber is the patient");
        }
        Require(problems, subscriber.BirthDate is null == subscriber.Gender is null, "Subscriber.BirthDate and Gender (2010BA DMG) come together");
        if (subscriber.Gender is { } gender)
            OneOf(problems, "Subscriber.Gender (2010BA DMG03)", gender, "F", "M", "U");
        Name(problems, "Payer.Name (2010BB NM103)", claim.Payer.Name, 60);
        Identifier(problems, "Payer.Id (2010BB NM109)", claim.Payer.Id, 80);
        OneOf(problems, "Payer.IdQualifier (2010BB NM108)", claim.Payer.IdQualifier, "PI", "XV");
        Person(problems, "Attending.Name (2310A NM1)", claim.Attending.Name);
        Require(problems, Npi.IsValid(claim.Attending.Npi), "Attending.Npi (2310A NM109) must be ten digits with a right check digit");
        Require(problems, claim.Attending.Taxonomy is null || IsCode(claim.Attending.Taxonomy, 10, 10), "Attending.Taxonomy (2310A PRV03) must be ten capital letters or digits");
    }

    private static void Header(List<string> problems, InstitutionalClaim claim)
    {
        Require(problems, IsCode(claim.FacilityType, 1, 2), "FacilityType (CLM05-1) must be one or two capital letters or digits");
        OneOf(problems, "Frequency (CLM05-3)", claim.Frequency, "1", "2", "3", "4", "7", "8");
        OneOf(problems, "Assignment (CLM07)", claim.Assignment, "A", "B", "C");
        OneOf(problems, "BenefitsAssigned (CLM08)", claim.BenefitsAssigned, "Y", "N", "W");
        OneOf(problems, "ReleaseOfInformation (CLM09)", claim.ReleaseOfInformation, "Y", "I");
        Require(problems, claim.From <= claim.Through, "From and Through (DTP*434): the statement ends before it begins");
        OneOf(problems, "AdmissionType (CL101)", claim.AdmissionType, "1", "2", "3", "4", "5", "9");
        Require(problems, claim.AdmissionSource is null || IsCode(claim.AdmissionSource, 1, 2), "AdmissionSource (CL102) must be one or two capital letters or digits");
        Require(problems, IsCode(claim.PatientStatus, 2, 2), "PatientStatus (CL103) must be two capital letters or digits");
        if (claim.PriorAuthorization is { } authorization)
            Identifier(problems, "PriorAuthorization (REF*G1)", authorization, 50);
        if (claim.MedicalRecordNumber is { } record)
            Identifier(problems, "MedicalRecordNumber (REF*EA)", record, 50);
        if (claim.OriginalPayerControlNumber is { } original)
            Identifier(problems, "OriginalPayerControlNumber (REF*F8)", original, 50);
        var replaces = claim.Frequency is "7" or "8";
        Require(problems, !replaces || claim.OriginalPayerControlNumber is not null, "OriginalPayerControlNumber (REF*F8) is required for a replacement (7) or void (8)");
        Require(problems, replaces || claim.OriginalPayerControlNumber is null, "OriginalPayerControlNumber (REF*F8) is for a replacement (7) or void (8) only");
    }

    private static void Codes(List<string> problems, InstitutionalClaim claim)
    {
        IReadOnlyList<Diagnosis> diagnoses = [claim.PrincipalDiagnosis, .. claim.OtherDiagnoses];
        var version = claim.Through > LastDayOfIcd9 ? IcdVersion.Icd10 : IcdVersion.Icd9;
        for (var i = 0; i < diagnoses.Count; i++)
        {
            var field = i == 0 ? "PrincipalDiagnosis (HI*ABK)" : $"OtherDiagnoses[{i - 1}] (HI*ABF)";
            Require(problems, diagnoses[i].Version == version, $"{field} must be ICD-{(version == IcdVersion.Icd10 ? "10" : "9")} for a statement that ends on this day");
            Require(problems, diagnoses[i].Version == IcdVersion.Icd10 ? IsIcd10(diagnoses[i].Code) : IsIcd9(diagnoses[i].Code), $"{field} must be a code in capitals without its point");
        }
        Require(problems, claim.OtherDiagnoses.Count <= 24, "OtherDiagnoses (HI*ABF) has room for 24");
        Require(problems, diagnoses.Distinct().Count() == diagnoses.Count, "OtherDiagnoses (HI*ABF) repeats a diagnosis");
        Require(problems, claim.ConditionCodes.Count <= 24, "ConditionCodes (HI*BG) has room for 24");
        Require(problems, claim.ConditionCodes.All(code => IsCode(code, 2, 2)), "ConditionCodes (HI*BG) must be two capital letters or digits each");
        Require(problems, claim.ConditionCodes.Distinct().Count() == claim.ConditionCodes.Count, "ConditionCodes (HI*BG) repeats a code");
    }

    private static void Lines(List<string> problems, InstitutionalClaim claim)
    {
        Require(problems, claim.Lines.Count is >= 1 and <= 999, "Lines (LX) must be 1 to 999");
        var controls = new HashSet<string>();
        for (var i = 0; i < claim.Lines.Count; i++)
        {
            var (line, field) = (claim.Lines[i], $"Lines[{i}]");
            Require(problems, IsDigits(line.RevenueCode, 4), $"{field}.RevenueCode (SV201) must be four digits");
            Require(problems, line.ChargeCents is >= 0 and <= X12Number.MaxCents, $"{field}.ChargeCents (SV203) must be 0 to {X12Number.MaxCents}");
            OneOf(problems, $"{field}.UnitMeasure (SV204)", line.UnitMeasure, "UN", "DA");
            Require(problems, line.Units is > 0 and < 100_000_000 && decimal.Round(line.Units, 3) == line.Units, $"{field}.Units (SV205) must be above 0, below 100000000, with at most three decimals");
            Require(problems, line.From <= line.Through, $"{field}.From and Through (DTP*472): the line ends before it begins");
            Require(problems, claim.From > claim.Through || (line.From >= claim.From && line.Through <= claim.Through), $"{field}.From and Through (DTP*472) must lie within the statement's days");
            if (line.Procedure is { } procedure)
            {
                Require(problems, procedure.Qualifier == "HC" && IsCode(procedure.Code, 5, 5), $"{field}.Procedure (SV202) must be HC and a code of five capital letters or digits");
                Require(problems, procedure.Modifiers.Count <= 4 && procedure.Modifiers.All(modifier => IsCode(modifier, 2, 2)), $"{field}.Procedure.Modifiers (SV202) must be at most four of two capital letters or digits");
            }
            if (line.LineControlNumber is { } control)
            {
                Identifier(problems, $"{field}.LineControlNumber (REF*6R)", control, 30);
                Require(problems, controls.Add(control), $"{field}.LineControlNumber (REF*6R) repeats that of another line");
            }
        }
        var chargesFit = claim.Lines.All(line => line.ChargeCents is >= 0 and <= X12Number.MaxCents);
        Require(problems, !chargesFit || claim.TotalChargeCents <= X12Number.MaxCents, $"TotalChargeCents (CLM02) must be at most {X12Number.MaxCents}");
    }

    private static void Person(List<string> problems, string field, PersonName name)
    {
        Name(problems, $"{field}.Last", name.Last, 60);
        foreach (var (part, value, most) in new[] { ("First", name.First, 35), ("Middle", name.Middle, 25), ("Suffix", name.Suffix, 10) })
        {
            if (value is not null)
                Name(problems, $"{field}.{part}", value, most);
        }
    }

    private static void Address(List<string> problems, string field, PostalAddress address)
    {
        Name(problems, $"{field}.Line1", address.Line1, 55);
        if (address.Line2 is { } second)
            Name(problems, $"{field}.Line2", second, 55);
        Name(problems, $"{field}.City", address.City, 30);
        Require(problems, (IsCode(address.State, 2, 2) && address.State.All(char.IsAsciiLetterUpper)), $"{field}.State must be two capital letters");
        Require(problems, (IsDigits(address.Zip, 5) || IsDigits(address.Zip, 9)), $"{field}.Zip must be five or nine digits");
    }

    // Text is written in capitals without accents; it only has to be there and to fit.
    private static void Name(List<string> problems, string field, string value, int most)
    {
        Require(problems, value.Length >= 1 && value.Length <= most, $"{field} must have 1 to {most} characters");
        Require(problems, value.Trim().Length == value.Length, $"{field} begins or ends with a space");
        Require(problems, value.All(character => X12Text.Capital(character) != '\0'), $"{field} contains a character that X12 does not carry");
    }

    // Identifiers come back from the payer as they were sent, so capitals must not be made of them here.
    private static void Identifier(List<string> problems, string field, string value, int most)
    {
        Name(problems, field, value, most);
        Require(problems, value.All(character => X12Text.Capital(character) == character), $"{field} must be in capitals");
    }

    private static void OneOf(List<string> problems, string field, string value, params ReadOnlySpan<string> codes)
    {
        if (!codes.Contains(value))
            problems.Add($"{field} must be one of {string.Join(", ", codes!)}");
    }

    private static void Require(List<string> problems, bool holds, string problem)
    {
        if (!holds)
            problems.Add(problem);
    }

    private static bool IsDigits(string value, int length) => value.Length == length && value.All(char.IsAsciiDigit);

    private static bool IsCode(string value, int least, int most) =>
        value.Length >= least && value.Length <= most && value.All(character => char.IsAsciiDigit(character) || char.IsAsciiLetterUpper(character));

    private static bool IsIcd10(string code) => IsCode(code, 3, 7) && char.IsAsciiLetterUpper(code[0]) && char.IsAsciiDigit(code[1]);

    private static bool IsIcd9(string code) => code.Length is >= 3 and <= 5 && (char.IsAsciiDigit(code[0]) || code[0] is 'V' or 'E') && code.Skip(1).All(char.IsAsciiDigit);

    private static bool IsPostOfficeBox(string line) =>
        line.Replace(".", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).StartsWith("POBOX", StringComparison.OrdinalIgnoreCase);
}
