using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Platform.Shared.Persistence;

/// <summary>
/// How values are stored: instants as <c>timestamptz</c>, or on SQLite as whole microseconds since 1970 so that they compare;
/// money as cents; enumerations by name.
/// </summary>
internal static class Conventions
{
    public static void Apply(ModelConfigurationBuilder configuration, bool isPostgres)
    {
        if (isPostgres)
        {
            configuration.Properties<DateTimeOffset>().HaveConversion<UtcConverter>();
        }
        else
        {
            configuration.Properties<DateTimeOffset>().HaveConversion<MicrosecondsConverter>();
        }

        configuration.Properties<Money.Money>().HaveConversion<MoneyConverter>();
        configuration.Properties<Enum>().HaveConversion<string>();
    }

    private sealed class UtcConverter() : ValueConverter<DateTimeOffset, DateTimeOffset>(v => v.ToUniversalTime(), v => v);

    private sealed class MicrosecondsConverter() : ValueConverter<DateTimeOffset, long>(
        v => (v.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond,
        v => DateTimeOffset.UnixEpoch.AddTicks(v * TimeSpan.TicksPerMicrosecond));

    private sealed class MoneyConverter() : ValueConverter<Money.Money, long>(v => v.Cents, v => new Money.Money(v));
}
