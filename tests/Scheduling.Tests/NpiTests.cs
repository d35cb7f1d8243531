using Platform.Scheduling.Clinicians;

namespace Platform.Scheduling.Tests;

public class NpiTests
{
    [Theory]
    [InlineData("1234567893", true)] // the example of the standard itself
    [InlineData("1003000126", true)]
    [InlineData("1234567890", false)]
    [InlineData("123456789", false)]
    [InlineData("12345678931", false)]
    [InlineData("12345678A3", false)]
    [InlineData("", false)]
    public void The_tenth_digit_of_an_NPI_checks_the_others(string npi, bool valid) => Npi.IsValid(npi).ShouldBe(valid);
}
