using Platform.Shared.Errors;

namespace Platform.Enrollment.Sites;

/// <summary>Why a site or a program cannot be what is asked of it.</summary>
internal static class SiteErrors
{
    public static readonly DomainError Exists = DomainError.Exists(
        "SITE_EXISTS", "The network has that site: the same external id, or the same name, address and type. Change it instead.");

    public static readonly DomainError ProgramExists = DomainError.Exists("PROGRAM_EXISTS", "The site has a program of that name.");

    public static readonly DomainError NotClosing = DomainError.Precondition("SITE_OPEN", "The site is open and is not to be closed.");

    public static readonly DomainError Closed = DomainError.Precondition(
        "SITE_CLOSED", "The site is closed, or closes. Open it again before it gets a program.");

    /// <summary>Closing takes effect on a day that has not begun, or today.</summary>
    public static void RequireClosable(DateOnly closedOn, DateOnly today)
    {
        if (closedOn < today)
        {
            throw DomainError.Invalid("closed_on", $"must not be before today at the site, {today:yyyy-MM-dd}").ToException();
        }
    }
}
