using System.Globalization;
using FsCheck.Fluent;
using Platform.Billing.X12;

namespace Platform.Billing.Tests.X12;

public sealed class X12NumberTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("12", 1200)]
    [InlineData("12.", 1200)]
    [InlineData("12.5", 1250)]
    [InlineData("12.50", 1250)]
    [InlineData(".05", 5)]
    [InlineData("-.5", -50)]
    [InlineData("-0", 0)]
    [InlineData("0000034.25", 3425)]
    [InlineData("99999999.99", 9_999_999_999)]
    public void An_amount_is_read_as_exact_cents(string text, long cents)
    {
        X12Number.TryReadCents(text, out var read, out var problem).ShouldBeTrue(problem);
        read.ShouldBe(cents);
    }

    [Theory]
    [InlineData("1E3", "scientific notation")]
    [InlineData("1e-2", "scientific notation")]
    [InlineData("1,000.00", "thousands separators")]
    [InlineData("+5", "plus sign")]
    [InlineData("1.2.3", "two decimal points")]
    [InlineData("1.005", "at most two decimals")]
    [InlineData("1.000", "at most two decimals")]
    [InlineData("100000000", "at most ten digits")]
    [InlineData("", "not a number")]
    [InlineData("-", "not a number")]
    [InlineData(".", "not a number")]
    [InlineData("-.", "not a number")]
    [InlineData(" 5", "not a number")]
    [InlineData("5-", "not a number")]
    [InlineData("--5", "not a number")]
    [InlineData("$5", "not a number")]
    [InlineData("٥", "not a number")]
    public void Whatever_is_not_a_plain_decimal_is_refused_with_its_reason(string text, string reason)
    {
        X12Number.TryReadCents(text, out _, out var problem).ShouldBeFalse();
        problem!.ShouldContain(reason);
    }

    [Fact]
    public void Cents_survive_being_written_and_read() => X12Property.Holds(X12Property.Cents, cents =>
    {
        var text = X12Number.WriteCents(cents);
        X12Number.TryReadCents(text, out var read, out _).ShouldBeTrue(text);
        read.ShouldBe(cents);
        decimal.Parse(text, CultureInfo.InvariantCulture).ShouldBe(cents / 100m);
        (text.Contains('.') && text.EndsWith('0')).ShouldBeFalse(text);
    });

    [Fact]
    public void An_amount_beyond_ten_digits_is_not_written() =>
        Should.Throw<X12Exception>(() => X12Number.WriteCents(X12Number.MaxCents + 1));

    [Fact]
    public void Quantities_survive_being_written_and_read() => X12Property.Holds(
        from digits in Gen.Choose(-1_000_000, 1_000_000)
        from scale in Gen.Choose(0, 3)
        select new decimal(Math.Abs(digits), 0, 0, digits < 0, (byte)scale),
        quantity =>
        {
            X12Number.TryReadQuantity(X12Number.WriteQuantity(quantity), out var read, out var problem).ShouldBeTrue(problem);
            read.ShouldBe(quantity);
        });

    [Theory]
    [InlineData("1E3")]
    [InlineData("1234567890123456")]
    [InlineData("1 2")]
    public void A_quantity_that_is_no_plain_decimal_is_refused(string text) =>
        X12Number.TryReadQuantity(text, out _, out _).ShouldBeFalse();
}
