using Platform.Shared.Time;

namespace Platform.Billing.Charges;

/// <summary>Charges as the API has them.</summary>
internal static class ChargeMessages
{
    /// <summary>The charge as the API has it.</summary>
    public static V1.Charge ToMessage(this Charge charge) => new()
    {
        Id = charge.Id.ToString(),
        ServiceDayId = charge.ServiceDayId.ToString(),
        EpisodeId = charge.EpisodeId.ToString(),
        SiteId = charge.SiteId.ToString(),
        On = charge.On.ToIso(),
        Status = charge.Status switch
        {
            ChargeStatus.Held => V1.ChargeStatus.Held,
            ChargeStatus.Ready => V1.ChargeStatus.Ready,
            ChargeStatus.Claimed => V1.ChargeStatus.Claimed,
            ChargeStatus.Paid => V1.ChargeStatus.Paid,
            ChargeStatus.Denied => V1.ChargeStatus.Denied,
            _ => V1.ChargeStatus.NotBillable,
        },
        PayerId = charge.PayerId?.ToString() ?? string.Empty,
        Code = charge.Code,
        AmountCents = charge.Amount.Cents,
        Units = charge.Units,
        Holds = { charge.Holds.Select(hold => new V1.Hold { Code = hold.Code, Message = hold.Message }) },
        Minutes = charge.Minutes,
        RulePack = charge.RulePack,
        ClaimId = charge.ClaimId?.ToString() ?? string.Empty,
        AuthorizationId = charge.AuthorizationId?.ToString() ?? string.Empty,
    };

    /// <summary>The state that a list asks for; null for any.</summary>
    public static ChargeStatus? Parse(V1.ChargeStatus status) => status switch
    {
        V1.ChargeStatus.Held => ChargeStatus.Held,
        V1.ChargeStatus.Ready => ChargeStatus.Ready,
        V1.ChargeStatus.Claimed => ChargeStatus.Claimed,
        V1.ChargeStatus.Paid => ChargeStatus.Paid,
        V1.ChargeStatus.Denied => ChargeStatus.Denied,
        V1.ChargeStatus.NotBillable => ChargeStatus.NotBillable,
        _ => null,
    };
}
