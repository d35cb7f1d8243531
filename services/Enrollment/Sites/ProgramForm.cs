using Platform.Enrollment.Referrals;
using Platform.Shared.Errors;

namespace Platform.Enrollment.Sites;

/// <summary>Reads what a caller says of a program.</summary>
internal static class ProgramForm
{
    /// <summary>What is wrong with states beside a delivery; null when nothing is. A file and a request are told the same.</summary>
    public static string? WrongStates(Delivery delivery, IReadOnlyCollection<string> states) =>
        delivery == Delivery.OnSite && states.Count > 0 ? "are only for virtual and hybrid delivery"
        : delivery != Delivery.OnSite && states.Count == 0 ? "are required with virtual and hybrid delivery: where persons may be"
        : null;

    /// <summary>Reads a new program; level and delivery that are not said are the usual ones.</summary>
    public static ProgramDetails Read(V1.CreateProgramRequest request, Validation validation) => Read(
        validation,
        request.Name,
        request.Level == V1.ProgramLevel.Unspecified ? V1.ProgramLevel.IntensiveOutpatient : request.Level,
        request.Delivery == V1.Delivery.Unspecified ? V1.Delivery.OnSite : request.Delivery,
        request.Weekdays,
        request.TimesOfDay,
        request.VirtualStates);

    /// <summary>Reads all details of a known program.</summary>
    public static ProgramDetails Read(V1.SetProgramDetailsRequest request, Validation validation) => Read(
        validation, request.Name, request.Level, request.Delivery, request.Weekdays, request.TimesOfDay, request.VirtualStates);

    private static ProgramDetails Read(
        Validation validation, string name, V1.ProgramLevel level, V1.Delivery delivery, IReadOnlyList<V1.MeetingDay> weekdays,
        IReadOnlyList<V1.TimeOfDay> timesOfDay, IReadOnlyList<string> virtualStates)
    {
        var states = virtualStates.Select(state => state.Trim().ToUpperInvariant()).Distinct().Order(StringComparer.Ordinal).ToArray();
        for (var i = 0; i < virtualStates.Count; i++)
        {
            validation.Require(
                UsPlaces.IsState(virtualStates[i].Trim().ToUpperInvariant()), $"virtual_states[{i}]",
                "is not the two-letter code of a state or territory");
        }

        var details = new ProgramDetails(
            validation.Text(name, "name"),
            (LevelOfCare)validation.Choice(level, "level"),
            (Delivery)validation.Choice(delivery, "delivery"),
            ProgramWords.DaysOf(weekdays.Select((day, i) => (int)validation.Choice(day, $"weekdays[{i}]"))),
            ProgramWords.TimesOf(timesOfDay.Select((time, i) => (int)validation.Choice(time, $"times_of_day[{i}]"))),
            states);
        if (WrongStates(details.Delivery, states) is { } wrong)
        {
            validation.Fail("virtual_states", wrong);
        }

        return details;
    }
}
