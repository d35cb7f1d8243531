namespace Platform.Billing.X12;

/// <summary>Reads one 835 from BPR to SE: header, payer, payee, claims, provider adjustments.</summary>
internal sealed class RemittanceSetReader(X12Reader reader)
{
    private bool _more;

    /// <summary>Reads the transaction set whose ST the reader stands on.</summary>
    public Remittance Read()
    {
        reader.Loop = "Header";
        Next();
        if (!IsNow("BPR"))
            throw reader.Error(null, "BPR, the payment, must follow ST");
        var payment = new RemittancePayment
        {
            Handling = reader.Text(1),
            AmountCents = reader.Cents(2),
            CreditOrDebit = reader.OneOf(3, "C", "D"),
            Method = reader.OneOf(4, "ACH", "BOP", "CHK", "FWT", "NON"),
            Date = reader.Date(16),
            TraceNumber = "",
            OriginatorId = "",
        };
        if (payment.AmountCents < 0)
            throw reader.Error(2, "a payment cannot be negative; what the payee owes is carried in PLB");
        Next();
        if (!IsNow("TRN"))
            throw reader.Error(null, "TRN, the trace number, must follow BPR");
        reader.OneOf(1, "1");
        payment = payment with
        {
            TraceNumber = reader.TextWithin(2, 50),
            OriginatorId = reader.Text(3),
            OriginatorSupplementalId = reader.OptionalText(4),
        };
        var (receiver, production) = ReadHeader();
        var remittance = new Remittance
        {
            Interchange = reader.Interchange,
            Group = reader.Group,
            ControlNumber = reader.TransactionSet.ControlNumber,
            Payment = payment,
            ProductionDate = production,
            ReceiverId = receiver,
            Payer = ReadPayer(),
            Payee = ReadPayee(),
            Claims = ReadClaims(),
            ProviderAdjustments = ReadProviderAdjustments(),
        };
        if (RemittanceBalance.OfPayment(remittance) is { } problem)
            throw X12Exception.At(remittance.ControlNumber, "Header", 2, "BPR", 2, problem);
        return remittance;
    }

    private void Next() => _more = reader.NextSegment();

    private bool IsNow(string id) => _more && reader.Is(id);

    private (string? Receiver, DateOnly? Production) ReadHeader()
    {
        string? receiver = null;
        DateOnly? production = null;
        for (Next(); _more && !reader.Is("N1"); Next())
        {
            if (reader.Is("REF", "EV"))
                receiver = reader.Text(2);
            else if (reader.Is("DTM", "405"))
                production = reader.Date(2);
            else if (reader.Is("CUR"))
            {
                if (!reader[2].SequenceEqual("USD"))
                    throw reader.Error(2, "is not USD; payments in other currencies are not taken");
            }
            else if (!reader.Is("REF", "F2"))
                throw reader.Misplaced();
        }
        return (receiver, production);
    }

    private RemittancePayer ReadPayer()
    {
        reader.Loop = "1000A";
        if (!_more || !reader.Is("N1", "PR"))
            throw reader.Error(null, "N1*PR, the payer, must begin this loop");
        var name = reader.Text(2);
        var planId = reader[3].IsEmpty ? null : reader.Text(4);
        var references = ReadParty("N3", "N4", "PER");
        return new(name, planId, references);
    }

    private RemittancePayee ReadPayee()
    {
        reader.Loop = "1000B";
        if (!_more || !reader.Is("N1", "PE"))
            throw reader.Error(null, "N1*PE, the payee, must begin this loop");
        var name = reader.OptionalText(2);
        var qualifier = reader.OneOf(3, "XX", "FI", "XV");
        var id = qualifier == "XX" ? reader.Digits(4, 10, 10) : reader.Text(4);
        var references = ReadParty("N3", "N4", "RDM");
        return new(name, qualifier, id, references);
    }

    private List<X12Reference> ReadParty(params ReadOnlySpan<string> passedOver)
    {
        var references = new List<X12Reference>();
        for (Next(); _more && !reader.Is("N1") && !StartsDetail(); Next())
        {
            if (reader.Is("REF"))
                references.Add(reader.Reference());
            else if (!reader.IsAny(passedOver))
                throw reader.Misplaced();
        }
        return references;
    }

    private bool StartsDetail() => reader.Is("LX") || reader.Is("PLB");

    private List<RemittanceClaim> ReadClaims()
    {
        var claims = new List<RemittanceClaim>();
        while (IsNow("LX"))
        {
            reader.Loop = "2000";
            reader.Digits(1, 1, 6);
            for (Next(); IsNow("TS3") || IsNow("TS2"); Next())
            {
            }
            if (!IsNow("CLP"))
                throw reader.Error(null, "CLP, a claim, must follow LX");
            while (IsNow("CLP"))
                claims.Add(new RemittanceClaimReader(reader).Read(out _more));
        }
        return claims;
    }

    private List<ProviderAdjustment> ReadProviderAdjustments()
    {
        var adjustments = new List<ProviderAdjustment>();
        for (; _more; Next())
        {
            if (!reader.Is("PLB"))
                throw reader.Misplaced();
            reader.Loop = "Summary";
            var (provider, fiscalPeriodEnd) = (reader.Text(1), reader.Date(2));
            reader.Require(4);
            for (var i = 3; i <= reader.ElementCount; i += 2)
            {
                if (reader[i].IsEmpty && reader[i + 1].IsEmpty)
                    continue;
                reader.Require(i);
                var reason = reader.Text(i, 1);
                var reference = reader.Component(i, 2);
                if (reason.Length > 2)
                    throw reader.Error(i, "component 1 has more than 2 characters");
                adjustments.Add(new(
                    provider, fiscalPeriodEnd, reason, reference.IsEmpty ? null : reference.ToString(), reader.Cents(i + 1)));
            }
        }
        return adjustments;
    }
}
