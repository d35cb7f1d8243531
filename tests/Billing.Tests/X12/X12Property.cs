using FsCheck;
using FsCheck.Fluent;
using Platform.Billing.X12;

namespace Platform.Billing.Tests.X12;

/// <summary>Generators of what X12 can carry, and the way to state a property over them.</summary>
internal static class X12Property
{
    public static readonly Gen<long> Cents = Gen.Choose(-2_000_000, 2_000_000).Select(cents => (long)cents);

    public static readonly Gen<DateOnly> Day = Gen.Choose(0, 3000).Select(days => new DateOnly(2020, 1, 1).AddDays(days));

    public static readonly Gen<X12Delimiters> Delimiters =
        Gen.Shuffle(Enumerable.Range(1, 127).Select(code => (char)code).Where(X12Delimiters.IsLegal).ToArray())
            .Select(all => new X12Delimiters(all[0], all[1], all[2], all[3]));

    public static void Holds<T>(Gen<T> generator, Action<T> rule, int tests = 200) =>
        Prop.ForAll(generator.ToArbitrary(), rule).Check(Config.QuickThrowOnFailure.WithMaxTest(tests).WithQuietOnSuccess(true));

    public static Gen<string> Word(int most) =>
        from length in Gen.Choose(1, most)
        from characters in Gen.Elements("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".ToCharArray()).ArrayOf(length)
        select new string(characters);

    public static Gen<string> Words(int most) =>
        from first in Word(most / 2)
        from second in Word((most - 1) / 2)
        from space in Gen.Elements(true, false)
        select space ? $"{first} {second}" : first;

    public static Gen<string> Digits(int length) =>
        Gen.Elements("0123456789".ToCharArray()).ArrayOf(length).Select(digits => new string(digits));

    public static Gen<T?> Maybe<T>(Gen<T> generator) where T : class =>
        from there in Gen.Elements(true, false)
        from value in generator
        select there ? value : null;

    public static Gen<IReadOnlyList<T>> List<T>(Gen<T> generator, int least, int most) =>
        from count in Gen.Choose(least, most)
        from items in generator.ArrayOf(count)
        select (IReadOnlyList<T>)items;
}
