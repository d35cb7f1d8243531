namespace Platform.Billing.X12;

/// <summary>Reads one claim of an 835: loop 2100 from CLP, with its service lines of loop 2110.</summary>
internal sealed class RemittanceClaimReader(X12Reader reader)
{
    private readonly List<Adjustment> _adjustments = [];
    private readonly List<string> _remarks = [];
    private readonly List<X12Reference> _references = [];
    private readonly List<SupplementalAmount> _amounts = [];
    private readonly List<RemittanceLine> _lines = [];
    private PersonName? _patient;
    private string? _memberId;
    private DateOnly? _from;
    private DateOnly? _through;
    private bool _more;

    /// <summary>Reads the claim whose CLP the reader stands on, and balances it.</summary>
    /// <param name="more">Whether the reader stands on a further segment, and not on SE.</param>
    public RemittanceClaim Read(out bool more)
    {
        reader.Loop = "2100";
        var segment = reader.SegmentNumber;
        var claim = new RemittanceClaim
        {
            ClaimId = reader.TextWithin(1, 38),
            StatusCode = reader.OneOf(2, "1", "2", "3", "4", "19", "20", "21", "22", "23", "25"),
            ChargedCents = reader.Cents(3),
            PaidCents = reader.Cents(4),
            PatientResponsibilityCents = reader.OptionalCents(5),
            FilingIndicator = reader.Text(6),
            PayerControlNumber = reader.TextWithin(7, 50),
            FacilityType = reader.OptionalText(8),
            Frequency = reader.OptionalText(9),
        };
        for (_more = reader.NextSegment(); _more && !reader.Is("SVC") && !EndsClaim(); _more = reader.NextSegment())
            ReadClaimSegment();
        while (_more && reader.Is("SVC"))
            _lines.Add(ReadLine());
        claim = claim with
        {
            Patient = _patient,
            MemberId = _memberId,
            Adjustments = _adjustments,
            RemarkCodes = _remarks,
            From = _from,
            Through = _through,
            References = _references,
            Amounts = _amounts,
            Lines = _lines,
        };
        more = _more;
        return RemittanceBalance.OfClaim(claim) is { } problem
            ? throw reader.ErrorAt("2100", segment, "CLP", 4, problem)
            : claim;
    }

    private bool EndsClaim() => reader.Is("CLP") || reader.Is("LX") || reader.Is("PLB");

    private void ReadClaimSegment()
    {
        if (reader.Is("CAS"))
            ReadAdjustments(_adjustments);
        else if (reader.Is("NM1"))
            ReadName();
        else if (reader.Is("MIA"))
            AddRemarks(5, 20, 21, 22, 23);
        else if (reader.Is("MOA"))
            AddRemarks(3, 4, 5, 6, 7);
        else if (reader.Is("REF"))
            _references.Add(reader.Reference());
        else if (reader.Is("DTM", "232"))
            _from = reader.Date(2);
        else if (reader.Is("DTM", "233"))
            _through = reader.Date(2);
        else if (reader.Is("DTM"))
            reader.OneOf(1, "036", "050", "232", "233");
        else if (reader.Is("AMT"))
            _amounts.Add(new(reader.Text(1), reader.Cents(2)));
        else if (!reader.Is("PER") && !reader.Is("QTY"))
            throw reader.Misplaced();
    }

    private void ReadName()
    {
        var entity = reader.OneOf(1, "QC", "IL", "74", "82", "TT", "PR", "GB");
        if (reader[8].IsEmpty != reader[9].IsEmpty)
            throw reader.Error(9, "the id and its qualifier (NM108) come together; a name may contain the element separator");
        if (entity != "QC")
            return;
        if (_patient is not null || _memberId is not null)
            throw reader.Error(1, "a claim names its patient once");
        if (!reader[3].IsEmpty)
            _patient = new(reader.Text(3), reader.OptionalText(4), reader.OptionalText(5), reader.OptionalText(7));
        _memberId = reader.OptionalText(9);
    }

    private void AddRemarks(params ReadOnlySpan<int> elements)
    {
        foreach (var element in elements)
        {
            if (reader.OptionalText(element) is { } remark)
                _remarks.Add(remark);
        }
    }

    // CAS: one group code, then up to six times reason, amount and quantity.
    private void ReadAdjustments(List<Adjustment> into)
    {
        var group = reader.OneOf(1, "CO", "CR", "OA", "PI", "PR");
        reader.Require(2);
        for (var i = 2; i <= reader.ElementCount; i += 3)
        {
            if (reader[i].IsEmpty && reader[i + 1].IsEmpty && reader[i + 2].IsEmpty)
                continue;
            into.Add(new(group, reader.TextWithin(i, 5), reader.Cents(i + 1), reader.OptionalQuantity(i + 2)));
        }
    }

    private RemittanceLine ReadLine()
    {
        reader.Loop = "2110";
        var segment = reader.SegmentNumber;
        var line = new RemittanceLine
        {
            Procedure = reader.Procedure(1),
            ChargedCents = reader.Cents(2),
            PaidCents = reader.Cents(3),
            RevenueCode = reader.OptionalText(4),
            UnitsPaid = reader.OptionalQuantity(5) ?? 1,
            BilledProcedure = reader[6].IsEmpty ? null : reader.Procedure(6),
            UnitsBilled = reader.OptionalQuantity(7),
        };
        List<Adjustment>? adjustments = null;
        List<X12Reference>? references = null;
        List<SupplementalAmount>? amounts = null;
        List<string>? remarks = null;
        var (from, through, control) = (default(DateOnly?), default(DateOnly?), default(string));
        for (_more = reader.NextSegment(); _more && !reader.Is("SVC") && !EndsClaim(); _more = reader.NextSegment())
        {
            if (reader.Is("DTM", "472"))
                from = through = reader.Date(2);
            else if (reader.Is("DTM", "150"))
                from = reader.Date(2);
            else if (reader.Is("DTM", "151"))
                through = reader.Date(2);
            else if (reader.Is("CAS"))
                ReadAdjustments(adjustments ??= []);
            else if (reader.Is("REF", "6R"))
                control = reader.Text(2);
            else if (reader.Is("REF"))
                (references ??= []).Add(reader.Reference());
            else if (reader.Is("AMT"))
                (amounts ??= []).Add(new(reader.Text(1), reader.Cents(2)));
            else if (reader.Is("LQ", "HE"))
                (remarks ??= []).Add(reader.Text(2));
            else if (!reader.Is("QTY") && !reader.Is("LQ", "RX"))
                throw reader.Misplaced();
        }
        line = line with
        {
            From = from,
            Through = through,
            LineControlNumber = control,
            Adjustments = adjustments ?? line.Adjustments,
            References = references ?? line.References,
            Amounts = amounts ?? line.Amounts,
            RemarkCodes = remarks ?? line.RemarkCodes,
        };
        return RemittanceBalance.OfLine(line) is { } problem
            ? throw reader.ErrorAt("2110", segment, "SVC", 3, problem)
            : line;
    }
}
