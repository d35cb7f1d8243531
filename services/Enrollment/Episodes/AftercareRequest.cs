using System.Globalization;
using Platform.Shared.Errors;
using Platform.Shared.Time;

namespace Platform.Enrollment.Episodes;

/// <summary>The items of an aftercare plan, between the API and the store.</summary>
internal static class AftercareRequest
{
    private const int MostItems = 20;
    private const int MostMedications = 40;

    /// <summary>Takes the items of a request; all that is wrong goes to <paramref name="validation"/>.</summary>
    public static AftercareItems Parse(V1.AftercareItems? given, Validation validation)
    {
        if (given is null)
        {
            return AftercareItems.None;
        }

        Limit(given.Appointments.Count, MostItems, "aftercare.appointments", validation);
        Limit(given.Contacts.Count, MostItems, "aftercare.contacts", validation);
        Limit(given.Medications.Count, MostMedications, "aftercare.medications", validation);
        Limit(given.Referrals.Count, MostItems, "aftercare.referrals", validation);
        return new AftercareItems(
            [.. given.Appointments.Select((item, i) => Appointment(item, $"aftercare.appointments[{i}]", validation))],
            [.. given.Contacts.Select((item, i) => new AftercareContact(
                validation.Text(item.Name, $"aftercare.contacts[{i}].name"),
                validation.OptionalText(item.Role, $"aftercare.contacts[{i}].role"),
                validation.Text(item.Phone, $"aftercare.contacts[{i}].phone", 30)))],
            [.. given.Medications.Select((item, i) => new AftercareMedication(
                validation.Text(item.Name, $"aftercare.medications[{i}].name"),
                validation.Narrative(item.Directions, $"aftercare.medications[{i}].directions", 500),
                validation.OptionalText(item.Prescriber, $"aftercare.medications[{i}].prescriber")))],
            [.. given.Referrals.Select((item, i) => new AftercareReferral(
                validation.Text(item.To, $"aftercare.referrals[{i}].to"),
                validation.Text(item.Service, $"aftercare.referrals[{i}].service"),
                item.Confirmed))]);
    }

    /// <summary>The items as the API sends them.</summary>
    public static V1.AftercareItems ToMessage(this AftercareItems items) => new()
    {
        Appointments =
        {
            items.Appointments.Select(item => new V1.AftercareAppointment
            {
                Provider = item.Provider,
                On = item.On.ToIso(),
                At = item.At?.ToString("HH:mm", CultureInfo.InvariantCulture) ?? string.Empty,
                Purpose = item.Purpose,
            }),
        },
        Contacts = { items.Contacts.Select(item => new V1.AftercareContact { Name = item.Name, Role = item.Role, Phone = item.Phone }) },
        Medications =
        {
            items.Medications.Select(item => new V1.AftercareMedication
            {
                Name = item.Name, Directions = item.Directions, Prescriber = item.Prescriber,
            }),
        },
        Referrals = { items.Referrals.Select(item => new V1.AftercareReferral { To = item.To, Service = item.Service, Confirmed = item.Confirmed }) },
    };

    private static AftercareAppointment Appointment(V1.AftercareAppointment item, string path, Validation validation)
    {
        TimeOnly? at = null;
        if (item.At.Length > 0)
        {
            var isTime = TimeOnly.TryParseExact(item.At, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time);
            validation.Require(isTime, $"{path}.at", "is not a time of day such as 14:30");
            at = time;
        }

        return new AftercareAppointment(
            validation.Text(item.Provider, $"{path}.provider"),
            validation.Day(item.On, $"{path}.on"),
            at,
            validation.OptionalNarrative(item.Purpose, $"{path}.purpose", 500));
    }

    private static void Limit(int count, int most, string field, Validation validation) =>
        validation.Require(count <= most, field, $"must have at most {most} items");
}
