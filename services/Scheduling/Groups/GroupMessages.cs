using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Platform.Scheduling.V1;
using Platform.Shared.Time;

namespace Platform.Scheduling.Groups;

/// <summary>Groups and sessions as callers see them.</summary>
internal static class GroupMessages
{
    /// <summary>A component's code, as events and messages between services carry it: GROUP_THERAPY.</summary>
    public static string Code(Component component) => component switch
    {
        Component.GroupTherapy => "GROUP_THERAPY",
        Component.IndividualTherapy => "INDIVIDUAL_THERAPY",
        Component.FamilyTherapy => "FAMILY_THERAPY",
        Component.Psychoeducation => "PSYCHOEDUCATION",
        Component.SkillBuilding => "SKILL_BUILDING",
        Component.MedicationManagement => "MEDICATION_MANAGEMENT",
        Component.Wellness => "WELLNESS",
        _ => throw new ArgumentOutOfRangeException(nameof(component)),
    };

    public static V1.Group ToMessage(this Group group)
    {
        var message = new V1.Group
        {
            Id = group.Id.ToString(),
            SiteId = group.SiteId.ToString(),
            ProgramId = group.ProgramId.ToString(),
            Name = group.Name,
            Component = System.Enum.GetValues<Component>().First(c => c != Component.Unspecified && Code(c) == group.Component),
            StartsAt = group.StartsAt.ToString("HH:mm", CultureInfo.InvariantCulture),
            Minutes = group.Minutes,
            FirstOn = group.FirstOn.ToIso(),
            LastOn = group.LastOn.ToIso(),
            FacilitatorId = group.FacilitatorId.ToString(),
            Maximum = group.Maximum,
            Sessions = group.SessionCount,
        };
        message.Weekdays.AddRange(group.Weekdays.Select(digit => (Weekday)(digit - '0')));
        return message;
    }

    public static V1.Session ToMessage(this Session session) => new()
    {
        Id = session.Id.ToString(),
        GroupId = session.GroupId.ToString(),
        On = session.On.ToIso(),
        StartsAt = Timestamp.FromDateTimeOffset(session.StartsAt),
        EndsAt = Timestamp.FromDateTimeOffset(session.EndsAt),
        Booked = session.Booked,
    };
}
