using System.Buffers.Text;
using System.Text;
using Platform.Shared.Errors;
using Platform.Shared.Paging;

namespace Platform.Shared.Tests.Paging;

/// <summary>What a page token may carry.</summary>
public sealed class PageTokenTests
{
    private sealed record Key(string Name, int Number);

    [Theory]
    [InlineData("Haus Äpfel \U0001F34E")]
    [InlineData("")]
    public void A_token_carries_its_key(string name) => PageToken.Decode<Key>(PageToken.Encode(new Key(name, 7))).ShouldBe(new Key(name, 7));

    [Theory]
    [InlineData("""{"Name":"a\u0000b","Number":1}""")]
    [InlineData("""{"Name":"a\nb","Number":1}""")]
    [InlineData("""{"Name":"a\u0085b","Number":1}""")]
    [InlineData("""{"Name":"\ud800","Number":1}""")]
    [InlineData("""{"Name":null,"Number":1}""")]
    [InlineData("""{"Name":1,"Number":1}""")]
    [InlineData("""{"Number":1}""")]
    public void A_token_with_a_key_that_no_row_has_is_refused(string json)
    {
        var token = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
        var refusal = Should.Throw<DomainException>(() => PageToken.Decode<Key>(token)).Error;
        refusal.Fields.ShouldHaveSingleItem().Field.ShouldBe("page.token");
    }
}
