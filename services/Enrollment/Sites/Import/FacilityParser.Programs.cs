using System.Globalization;
using System.Text.RegularExpressions;
using Platform.Enrollment.Referrals;

namespace Platform.Enrollment.Sites.Import;

/// <content>The program of a row, and who pays for it.</content>
internal sealed partial class FacilityParser
{
    private ProgramRow? Program(FacilityType type)
    {
        var name = Given(FacilityFields.Program, 200);
        if (name is null)
        {
            foreach (var column in FacilityFields.OfPrograms.Where(column => _raw[column].Length > 0))
            {
                Fail(column, "is given without a program");
            }

            return null;
        }

        var track = type == FacilityType.MentalHealth ? Track.MentalHealth : Track.SubstanceUse;
        var delivery = Choice<Delivery>(FacilityFields.Delivery);
        var states = States();
        if ((delivery is not null || states is not null) && ProgramForm.WrongStates(delivery ?? Delivery.OnSite, states ?? []) is { } wrong)
        {
            Fail(FacilityFields.VirtualStates, wrong);
        }

        return new ProgramRow(
            name, Choice<Track>(FacilityFields.Track) ?? track, Choice<AgeGroup>(FacilityFields.AgeGroup) ?? AgeGroup.Adult, Licensed())
        {
            Level = Choice<LevelOfCare>(FacilityFields.Level),
            Delivery = delivery,
            Weekdays = Choices<Weekdays>(FacilityFields.Weekdays) is { } days ? days.Aggregate(Weekdays.None, (all, day) => all | day) : null,
            TimesOfDay = Choices<TimesOfDay>(FacilityFields.TimesOfDay) is { } times
                ? times.Aggregate(TimesOfDay.None, (all, time) => all | time)
                : null,
            VirtualStates = states,
        };
    }

    private int? Licensed()
    {
        var text = _raw[FacilityFields.Licensed];
        if (text.Length == 0)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var licensed) || licensed > CareProgram.MostPlaces)
        {
            Fail(FacilityFields.Licensed, $"must be a whole number from 0 to {CareProgram.MostPlaces}");
        }

        return licensed;
    }

    private string[]? States()
    {
        if (_raw[FacilityFields.VirtualStates].Length == 0)
        {
            return null;
        }

        var states = List(FacilityFields.VirtualStates)!.Select(state => state.ToUpperInvariant()).Distinct().Order(StringComparer.Ordinal).ToArray();
        foreach (var unknown in states.Where(state => !UsPlaces.IsState(state)))
        {
            Fail(FacilityFields.VirtualStates, $"{unknown} is not the two-letter code of a state or territory");
        }

        return states;
    }

    /// <summary>Payers, each a kind and after a colon its code.</summary>
    private AcceptedPayer[]? Payers()
    {
        if (_raw[FacilityFields.Payers].Length == 0)
        {
            return null;
        }

        var payers = new List<AcceptedPayer>();
        foreach (var text in List(FacilityFields.Payers)!)
        {
            var parts = text.Split(':', 2, StringSplitOptions.TrimEntries);
            var code = parts.Length > 1 ? parts[1] : string.Empty;
            if (!AcceptedPayer.IsCode(code))
            {
                Fail(FacilityFields.Payers, AcceptedPayer.CodeExpected);
            }

            if (Word<PayerKind>(FacilityFields.Payers, parts[0]) is { } kind)
            {
                payers.Add(new AcceptedPayer(kind, code));
            }
        }

        return [.. payers.Distinct()];
    }

    /// <summary>A proto enumeration by its name without prefix, such as SUBSTANCE_USE; null when absent.</summary>
    private T? Choice<T>(string column)
        where T : struct, Enum => _raw[column] is { Length: > 0 } text ? Word<T>(column, text) : null;

    /// <summary>Several of them, parted by semicolons; null when absent.</summary>
    private List<T>? Choices<T>(string column)
        where T : struct, Enum => _raw[column].Length == 0 ? null : [.. List(column)!.Select(text => Word<T>(column, text)).OfType<T>()];

    private T? Word<T>(string column, string text)
        where T : struct, Enum
    {
        var known = Enum.GetValues<T>().Where(value => Convert.ToInt32(value, CultureInfo.InvariantCulture) != 0).ToList();
        var compact = text.Replace("_", string.Empty, StringComparison.Ordinal);
        foreach (var value in known)
        {
            if (string.Equals(value.ToString(), compact, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        Fail(column, $"must be one of {string.Join(", ", known.Select(UpperSnakeCase))}");
        return null;
    }

    private static string UpperSnakeCase<T>(T value)
        where T : struct, Enum => WordStart().Replace(value.ToString(), "_").ToUpperInvariant();

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WordStart();
}
