using System.ComponentModel.DataAnnotations;

namespace Platform.Billing.Claims;

/// <summary>
/// Who sends the claim files: <c>Billing:Submitter</c>. Outside Production it may be left out, and files are then marked as test
/// data of a made-up submitter.
/// </summary>
internal sealed class SubmitterOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Billing:Submitter";

    /// <summary>Identifier that the receivers know the submitter by (X12 ISA06, GS02 and 1000A NM109), 2 to 15 characters.</summary>
    [RegularExpression("^[A-Z0-9]{2,15}$", ErrorMessage = "Billing:Submitter:Id must be 2 to 15 capital letters or digits.")]
    [Required(ErrorMessage = "Billing:Submitter:Id is required.")]
    public string Id { get; set; } = string.Empty;

    /// <summary>Name (X12 1000A NM103).</summary>
    [Required(ErrorMessage = "Billing:Submitter:Name is required.")]
    [StringLength(60)]
    public string Name { get; set; } = string.Empty;

    /// <summary>Telephone for questions (X12 1000A PER04), ten digits.</summary>
    [RegularExpression("^[0-9]{10}$", ErrorMessage = "Billing:Submitter:Telephone must be ten digits.")]
    [Required(ErrorMessage = "Billing:Submitter:Telephone is required.")]
    public string Telephone { get; set; } = string.Empty;

    /// <summary>Whether files are marked as test data (X12 ISA15).</summary>
    public bool Test { get; set; }

    /// <summary>The made-up submitter.</summary>
    public void UseMadeUp() => (Id, Name, Telephone, Test) = ("IOPTEST", "IOP TEST NETWORK", "5555550100", true);
}
