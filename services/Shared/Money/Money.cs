using System.Globalization;

namespace Platform.Shared.Money;

/// <summary>An amount in United States dollars, kept as a whole number of cents. Arithmetic is checked: it throws rather than wraps.</summary>
/// <param name="Cents">The amount in cents; negative for a credit.</param>
public readonly record struct Money(long Cents) : IComparable<Money>
{
    /// <summary>Nothing.</summary>
    public static Money Zero => default;

    /// <summary>Sum.</summary>
    public static Money operator +(Money left, Money right) => new(checked(left.Cents + right.Cents));

    /// <summary>Difference.</summary>
    public static Money operator -(Money left, Money right) => new(checked(left.Cents - right.Cents));

    /// <summary>The opposite amount.</summary>
    public static Money operator -(Money value) => new(checked(-value.Cents));

    /// <summary>An amount for each of <paramref name="units"/>.</summary>
    public static Money operator *(Money value, int units) => new(checked(value.Cents * units));

    /// <summary>Less than.</summary>
    public static bool operator <(Money left, Money right) => left.Cents < right.Cents;

    /// <summary>More than.</summary>
    public static bool operator >(Money left, Money right) => left.Cents > right.Cents;

    /// <summary>At most.</summary>
    public static bool operator <=(Money left, Money right) => left.Cents <= right.Cents;

    /// <summary>At least.</summary>
    public static bool operator >=(Money left, Money right) => left.Cents >= right.Cents;

    /// <inheritdoc/>
    public int CompareTo(Money other) => Cents.CompareTo(other.Cents);

    /// <summary>Dollars and cents, such as <c>$1,234.50</c> or <c>-$3.00</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Cents < 0 ? "-" : string.Empty)}${Math.Abs((decimal)Cents) / 100m:N2}");
}

/// <summary>Sums of money.</summary>
public static class MoneyExtensions
{
    /// <summary>The sum; zero of nothing.</summary>
    public static Money Sum(this IEnumerable<Money> amounts) => amounts.Aggregate(Money.Zero, (sum, next) => sum + next);
}
