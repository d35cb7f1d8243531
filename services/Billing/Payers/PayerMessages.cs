using Platform.Shared.Errors;
using Platform.Shared.Money;
using Platform.Shared.Time;

namespace Platform.Billing.Payers;

/// <summary>Payers and contracts as the API has them.</summary>
internal static class PayerMessages
{
    private const int MaximumRateCents = 100_000_00;

    /// <summary>Parses a payer that is to be registered.</summary>
    /// <exception cref="DomainException">INVALID_ARGUMENT.</exception>
    public static Payer Parse(V1.Payer? message, Guid id, Guid networkId)
    {
        var validation = new Validation();
        message ??= new V1.Payer();
        validation.Require(message.Id.Length == 0, "payer.id", "must be empty");
        var payer = new Payer
        {
            Id = id,
            NetworkId = networkId,
            Name = validation.Text(message.Name, "payer.name", 60),
            PayerCode = validation.Code(message.PayerCode, "payer.payer_code", 2, 80),
            ReceiverId = validation.Code(message.ReceiverId, "payer.receiver_id", 2, 15),
            FilingIndicator = validation.Code(message.FilingIndicator, "payer.filing_indicator", 1, 2),
        };
        validation.ThrowIfInvalid();
        return payer;
    }

    /// <summary>Parses a contract that is to be recorded.</summary>
    /// <exception cref="DomainException">INVALID_ARGUMENT.</exception>
    public static Contract Parse(V1.Contract? message, Guid id, Guid networkId)
    {
        var validation = new Validation();
        message ??= new V1.Contract();
        validation.Require(message.Id.Length == 0, "contract.id", "must be empty");
        validation.Require(message.RateCents is > 0 and <= MaximumRateCents, "contract.rate_cents", "must be from 1 to 10,000,000");
        validation.Require(
            message.RevenueCode.Length == 4 && message.RevenueCode.All(char.IsAsciiDigit), "contract.revenue_code", "must be four digits");
        validation.Require(message.Modifiers.Count <= 4, "contract.modifiers", "must be at most four");
        for (var i = 0; i < message.Modifiers.Count; i++)
        {
            validation.Code(message.Modifiers[i], $"contract.modifiers[{i}]", 2, 2);
        }

        var contract = new Contract
        {
            Id = id,
            NetworkId = networkId,
            PayerId = validation.Id(message.PayerId, "contract.payer_id"),
            Code = validation.Code(message.Code, "contract.code", 5, 5),
            Rate = new Money(message.RateCents),
            RevenueCode = message.RevenueCode,
            Modifiers = [.. message.Modifiers],
            EffectiveFrom = validation.Day(message.EffectiveFrom, "contract.effective_from"),
            EffectiveTo = validation.OptionalDay(message.EffectiveTo, "contract.effective_to"),
            AuthorizationRequired = message.AuthorizationRequired,
            TimelyFilingDays = validation.Number(message.TimelyFilingDays, "contract.timely_filing_days", 0, 3650),
        };
        validation.Require(
            contract.EffectiveTo is not { } last || last >= contract.EffectiveFrom, "contract.effective_to", "must not be before effective_from");
        validation.ThrowIfInvalid();
        return contract;
    }

    /// <summary>The payer as the API has it.</summary>
    public static V1.Payer ToMessage(this Payer payer) => new()
    {
        Id = payer.Id.ToString(),
        Name = payer.Name,
        PayerCode = payer.PayerCode,
        ReceiverId = payer.ReceiverId,
        FilingIndicator = payer.FilingIndicator,
    };

    /// <summary>The contract as the API has it.</summary>
    public static V1.Contract ToMessage(this Contract contract) => new()
    {
        Id = contract.Id.ToString(),
        PayerId = contract.PayerId.ToString(),
        Code = contract.Code,
        RateCents = contract.Rate.Cents,
        RevenueCode = contract.RevenueCode,
        Modifiers = { contract.Modifiers },
        EffectiveFrom = contract.EffectiveFrom.ToIso(),
        EffectiveTo = contract.EffectiveTo.ToIso(),
        AuthorizationRequired = contract.AuthorizationRequired,
        TimelyFilingDays = contract.TimelyFilingDays,
    };
}
