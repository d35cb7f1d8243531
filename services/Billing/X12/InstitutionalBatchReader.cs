using System.Globalization;

namespace Platform.Billing.X12;

/// <summary>Reads one 837I from BHT to SE: the header and the levels (HL) of billing provider, subscriber and patient.</summary>
internal sealed class InstitutionalBatchReader(X12Reader reader)
{
    private readonly List<InstitutionalClaim> _claims = [];
    private readonly List<SegmentNotHeld> _notHeld = [];
    private BillingProvider? _billing;
    private Subscriber? _subscriber;
    private ClaimPayer? _payer;
    private Patient? _patient;
    private bool _subscriberIsPatient;
    private bool _subscriberHasPatients;
    private string? _promisedKind;
    private string? _billingLevel;
    private string? _subscriberLevel;
    private int _levels;
    private bool _more;

    /// <summary>Reads the transaction set whose ST the reader stands on.</summary>
    public InstitutionalClaimBatch Read()
    {
        reader.Loop = "Header";
        Next();
        Expect("BHT");
        reader.OneOf(1, "0019");
        reader.OneOf(2, "00", "18");
        reader.OneOf(6, "CH", "31", "RP");
        var (batchId, date, time) = (reader.Text(3), reader.Date(4), reader.Time(5));
        Next();
        var submitter = ReadSubmitter();
        var receiver = ReadReceiver();
        while (_more)
        {
            if (reader.Is("HL"))
                ReadLevel();
            else if (reader.Is("CLM"))
                ReadClaim();
            else
                throw reader.Misplaced();
        }
        if (_promisedKind is not null)
            throw reader.Error(null, "HL04 of the last level says that another stands below it; none does");
        if (_claims.Count == 0)
            throw reader.Error(null, "the transaction set has no claim");
        return new()
        {
            Interchange = reader.Interchange,
            Group = reader.Group,
            ControlNumber = reader.TransactionSet.ControlNumber,
            BatchId = batchId,
            CreatedDate = date,
            CreatedTime = time,
            Submitter = submitter,
            Receiver = receiver,
            Claims = _claims,
            NotHeld = _notHeld,
        };
    }

    private void Next() => _more = reader.NextSegment();

    private bool IsNow(string id) => _more && reader.Is(id);

    private bool IsNow(string id, string code) => _more && reader.Is(id, code);

    private void Expect(string id)
    {
        if (!IsNow(id))
            throw reader.Error(null, $"{id} is missing before this segment");
    }

    private void Expect(string id, string code)
    {
        if (!IsNow(id, code))
            throw reader.Error(null, $"{id}*{code} is missing before this segment");
    }

    private void NotHeld()
    {
        _notHeld.Add(new(reader.Loop!, reader.SegmentNumber, reader.Id.ToString()));
        Next();
    }

    private Submitter ReadSubmitter()
    {
        reader.Loop = "1000A";
        Expect("NM1", "41");
        var (name, id) = (reader.Text(3), reader.Text(9));
        Next();
        Expect("PER");
        reader.OneOf(1, "IC");
        string? telephone = null;
        for (var i = 3; i <= 7; i += 2)
        {
            if (reader[i].SequenceEqual("TE"))
                telephone = reader.Text(i + 1);
        }
        var submitter = new Submitter(name, id, reader.OptionalText(2), telephone ?? "");
        for (Next(); IsNow("PER");)
            NotHeld();
        return submitter;
    }

    private Receiver ReadReceiver()
    {
        reader.Loop = "1000B";
        Expect("NM1", "40");
        var receiver = new Receiver(reader.Text(3), reader.Text(9));
        Next();
        return receiver;
    }

    private void ReadLevel()
    {
        var (number, parent) = (reader.Digits(1, 1, 12), reader.OptionalText(2));
        if (number != (++_levels).ToString(CultureInfo.InvariantCulture))
            throw reader.Error(1, $"levels are numbered from 1 without a gap; here {_levels.ToString(CultureInfo.InvariantCulture)} is due");
        var kind = reader.OneOf(3, "20", "22", "23");
        var hasChild = reader.OneOf(4, "0", "1") == "1";
        if (_promisedKind is not null && kind != _promisedKind)
            throw reader.Error(3, "HL04 of the level before says that another stands below it; this one does not");
        _patient = null;
        if (kind == "20")
        {
            if (parent is not null || !hasChild)
                throw reader.Error(null, "a billing provider has no level above it and subscribers below it");
            _promisedKind = "22";
            (_billingLevel, _subscriberLevel, _subscriber) = (number, null, null);
            ReadBillingProvider();
        }
        else if (kind == "22")
        {
            if (parent is null || parent != _billingLevel)
                throw reader.Error(2, "a subscriber stands below the billing provider before it");
            _promisedKind = hasChild ? "23" : null;
            (_subscriberLevel, _subscriberHasPatients) = (number, hasChild);
            ReadSubscriber();
        }
        else
        {
            if (parent is null || parent != _subscriberLevel || !_subscriberHasPatients || hasChild)
                throw reader.Error(null, "a patient stands below the subscriber before it, whose HL04 says so, and has no level below");
            _promisedKind = null;
            ReadPatient();
        }
    }

    private void ReadBillingProvider()
    {
        reader.Loop = "2000A";
        Next();
        string? taxonomy = null;
        if (IsNow("PRV", "BI"))
        {
            taxonomy = reader.Text(3);
            Next();
        }
        if (IsNow("CUR"))
            NotHeld();
        reader.Loop = "2010AA";
        Expect("NM1", "85");
        reader.OneOf(8, "XX");
        var (name, npi) = (reader.Text(3), reader.Digits(9, 10, 10));
        Next();
        var address = ReadAddress();
        string? taxId = null;
        while (IsNow("REF") || IsNow("PER"))
        {
            if (reader.Is("REF", "EI"))
            {
                taxId = reader.Text(2);
                Next();
            }
            else
                NotHeld();
        }
        if (taxId is null || address is null)
            throw reader.Error(null, "N3, N4 and REF*EI of the billing provider must stand before this segment");
        _billing = new() { Name = name, Npi = npi, TaxId = taxId, Taxonomy = taxonomy, Address = address };
        while (IsNow("NM1", "87") || IsNow("NM1", "PE"))
        {
            reader.Loop = reader.Is("NM1", "87") ? "2010AB" : "2010AC";
            PassOver("N3", "N4", "REF");
        }
    }

    private void ReadSubscriber()
    {
        reader.Loop = "2000B";
        Next();
        Expect("SBR");
        var responsibility = reader.Text(1);
        _subscriberIsPatient = !reader[2].IsEmpty && reader.OneOf(2, "18") == "18";
        var (groupNumber, groupName, filing) = (reader.OptionalText(3), reader.OptionalText(4), reader.Text(9));
        Next();
        if (IsNow("PAT"))
            NotHeld();
        reader.Loop = "2010BA";
        Expect("NM1", "IL");
        var name = ReadName();
        reader.OneOf(8, "MI", "II");
        var memberId = reader.Text(9);
        Next();
        var address = ReadAddress();
        var (birthDate, gender) = ReadDemographics();
        while (IsNow("REF"))
            NotHeld();
        _subscriber = new()
        {
            Name = name,
            MemberId = memberId,
            Responsibility = responsibility,
            GroupNumber = groupNumber,
            GroupName = groupName,
            FilingIndicator = filing,
            Address = address,
            BirthDate = birthDate,
            Gender = gender,
        };
        reader.Loop = "2010BB";
        Expect("NM1", "PR");
        _payer = new(reader.Text(3), reader.Text(9), reader.OneOf(8, "PI", "XV"));
        for (Next(); IsNow("N3") || IsNow("N4") || IsNow("REF");)
            NotHeld();
    }

    private void ReadPatient()
    {
        reader.Loop = "2000C";
        Next();
        Expect("PAT");
        var relationship = reader.Text(1);
        Next();
        reader.Loop = "2010CA";
        Expect("NM1", "QC");
        var name = ReadName();
        Next();
        var address = ReadAddress();
        var (birthDate, gender) = ReadDemographics();
        if (address is null || birthDate is not { } birth || gender is null)
            throw reader.Error(null, "N3, N4 and DMG of the patient must stand before this segment");
        while (IsNow("REF"))
            NotHeld();
        _patient = new() { Name = name, Relationship = relationship, Address = address, BirthDate = birth, Gender = gender };
    }

    private void ReadClaim()
    {
        if (_billing is null || _subscriber is null || _payer is null)
            throw reader.Error(null, "a claim stands below a subscriber");
        if (_patient is null && !_subscriberIsPatient)
            throw reader.Error(null, "a claim stands below the subscriber only where SBR02 is 18, the subscriber is the patient");
        _claims.Add(new InstitutionalClaimBodyReader(reader, _notHeld).Read(_billing, _subscriber, _patient, _payer, out _more));
    }

    private PersonName ReadName() => new(reader.Text(3), reader.OptionalText(4), reader.OptionalText(5), reader.OptionalText(7));

    private PostalAddress? ReadAddress()
    {
        if (!IsNow("N3"))
            return null;
        var (line1, line2) = (reader.Text(1), reader.OptionalText(2));
        Next();
        Expect("N4");
        var address = new PostalAddress(line1, line2, reader.Text(1), reader.Text(2), reader.Text(3));
        Next();
        return address;
    }

    private (DateOnly? BirthDate, string? Gender) ReadDemographics()
    {
        if (!IsNow("DMG"))
            return (null, null);
        reader.OneOf(1, "D8");
        var demographics = (reader.Date(2), reader.OneOf(3, "F", "M", "U"));
        Next();
        return demographics;
    }

    // A loop of the guide that the model does not hold: its first segment and those that may follow.
    private void PassOver(params ReadOnlySpan<string> following)
    {
        NotHeld();
        while (_more && reader.IsAny(following))
            NotHeld();
    }
}
