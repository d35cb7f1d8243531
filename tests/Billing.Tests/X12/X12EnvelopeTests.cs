using FsCheck;
using FsCheck.Fluent;
using Platform.Billing.X12;
using static Platform.Billing.Tests.X12.X12Samples;

namespace Platform.Billing.Tests.X12;

public sealed class X12EnvelopeTests
{
    [Theory]
    [InlineData("SE*36*0001", "SE*35*0001", "SE01: says 35 segments from ST to SE; there are 36")]
    [InlineData("SE*36*0001", "SE*36*0002", "SE02: is \"0002\" and ST02 is 0001")]
    [InlineData("GE*1*42", "GE*2*42", "GE01: says 2 transaction sets; there are 1")]
    [InlineData("GE*1*42", "GE*1*43", "GE02: is \"43\" and GS06 is 42")]
    [InlineData("IEA*1*000000042", "IEA*0*000000042", "IEA01: says 0 functional groups; there are 1")]
    [InlineData("IEA*1*000000042", "IEA*1*000000043", "IEA02: is \"000000043\" and ISA13 is 000000042")]
    [InlineData("SE*36*0001~", "", "loop Summary, segment 36, GE: a transaction set ends with SE")]
    [InlineData("GE*1*42~", "", "stands before GE of 42")]
    [InlineData("IEA*1*000000042~", "", "the file ends before IEA of control number 000000042")]
    [InlineData("ST*835*0001~", "", "segment 3, BPR: only ISA, GS, ST, GE and IEA stand outside")]
    [InlineData("GS*HP*RIVER*SITE*20260320*0730*42*X*005010X221A1~", "", "ST: stands outside a functional group")]
    [InlineData("00501", "00401", "only version 00501 is read")]
    [InlineData("ST*835*0001", "ST*835*1", "ST02: a transaction set control number has four to nine")]
    [InlineData("ST*835", "ST*834", "a remittance file holds 835 only")]
    [InlineData("005010X221A1", "005010X222A1", "not one of 005010X221A1")]
    [InlineData("*260320*", "*261320*", "ISA09: is not a day written as YYMMDD")]
    [InlineData("*20260320*0730*42", "*20260320*2530*42", "GS05: is not a time written as HHMM")]
    public void A_wrong_envelope_is_refused_with_its_place_and_both_values(string text, string damaged, string message) =>
        Refused(Replace(text, damaged)).Message.ShouldContain(message);

    [Theory]
    [InlineData("CLP*CLM0001", "clp*CLM0001", "loop 2000, segment 12: segment id CLP is written in lower case")]
    [InlineData("MOA***MA01~", "ZZZ*MA01~", "loop 2100, segment 14: is not a segment that 005010 knows")]
    [InlineData("MOA***MA01~", "SV2*0906~", "loop 2100, segment 14, SV2: does not belong here")]
    [InlineData("NM1*QC*1*SAMPLE*ROBIN", "NM1*QC*1*SAM*PLE*ROBIN", "the id and its qualifier (NM108) come together")]
    [InlineData("SAMPLE*ROBIN", "SAM:PLE*ROBIN", "NM103: is one value and contains the component separator")]
    [InlineData("REF*TJ*123456789", "REF*TJ*1*2*3*4", "REF: has 5 elements and may have 4")]
    [InlineData("SAMPLE*ROBIN", "SAM~PLE*ROBIN", "loop 2100, segment 14: is not a segment that 005010 knows")]
    [InlineData("CLP*CLM0001*1*600*535", "CLP*CLM0001*1*6E2*535", "loop 2100, segment 12, CLP03: \"6E2\" is not a number: scientific notation")]
    [InlineData("CLP*CLM0001*1*600*535", "CLP*CLM0001*1*600*5,350.00", "CLP04: \"5,350.00\" is not a number: thousands separators")]
    [InlineData("CLP*CLM0001*1*", "CLP*CLM0001*9*", "CLP02: is not one of 1, 2, 3, 4")]
    [InlineData("CLP*CLM0001*1*", "CLP**1*", "CLP01: is missing")]
    [InlineData("CAS*CO*45*45~", "CAS*co*45*45~", "loop 2110, segment 21, CAS01: is not one of CO")]
    [InlineData("CAS*CO*45*45~", "CAS*CO*45~", "CAS03: is missing")]
    [InlineData("DTM*472*20260302", "DTM*472*20260230", "DTM02: is not a day written as CCYYMMDD")]
    [InlineData("BPR*I*286.5", "BPR*I*-286.5", "BPR02: a payment cannot be negative")]
    [InlineData("TRN*1*EFT0001*1123456789~", "", "TRN, the trace number, must follow BPR")]
    [InlineData("N1*PR*RIVER HEALTH PLAN~", "", "does not belong here")]
    [InlineData("DTM*405*20260320~", "CUR*PR*CAD~", "CUR02: is not USD")]
    public void A_damaged_segment_is_refused_with_its_place(string text, string damaged, string message) =>
        Refused(Replace(text, damaged)).Message.ShouldContain(message);

    [Fact]
    public void An_error_tells_its_place_apart_from_its_text()
    {
        var error = Refused(Replace("CLP*CLM0001*1*600", "CLP*CLM0001*1*6E2"));
        (error.TransactionSet, error.Loop, error.SegmentNumber, error.SegmentId, error.Element).ShouldBe(("0001", "2100", 12, "CLP", 3));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n")]
    public void An_empty_file_is_refused(string text) => Refused(text).Message.ShouldBe("The file is empty.");

    [Theory]
    [InlineData("GS*HP", "an X12 file begins with ISA")]
    [InlineData("isa*00*          ", "an X12 file begins with ISA")]
    [InlineData("ISA*00*", "the file ends before")]
    public void What_does_not_begin_with_ISA_is_not_X12(string text, string message) => Refused(text).Message.ShouldContain(message);

    [Theory]
    [InlineData("*RIVER HEALTH   *", "*RIVER HEALTH*", "is not the element separator")]
    [InlineData("*T*:~", "*T**~", "stands for two things")]
    [InlineData("*T*:~", "*T*A~", "is not allowed")]
    [InlineData("*RIVER HEALTH   *", "*RIVER~HEALTH   *", "the segment terminator stands inside it")]
    public void An_ISA_that_is_not_106_fixed_characters_is_refused(string text, string damaged, string message) =>
        Refused(Replace(text, damaged)).Message.ShouldContain(message);

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        var whole = X12Samples.Remittance.TrimEnd();
        for (var length = whole.Length - 1; length >= 0; length -= 7)
            Refused(whole[..length]);
    }

    // Characters are overwritten, inserted and removed: whatever comes of it is read or refused, and nothing else is thrown.
    [Fact]
    public void A_file_damaged_anywhere_is_read_or_refused()
    {
        string[] files = [X12Samples.Remittance, X12Samples.Write(X12Samples.Batch(X12Samples.Claim(), X12Samples.Claim() with { ClaimId = "C2", Patient = X12Samples.Dependent() }))];
        X12Property.Holds(
            from file in Gen.Elements(files)
            from damages in X12Property.List(
                from at in Gen.Choose(0, file.Length - 1)
                from way in Gen.Choose(0, 2)
                from character in Gen.OneOf(Gen.Elements("*:^~\n 019.-E".ToCharArray()), Gen.Choose(0, 0x2FF).Select(code => (char)code))
                select (at, way, character), 1, 3)
            select (file, damages),
            given =>
            {
                var text = given.file;
                foreach (var (place, way, character) in given.damages)
                {
                    var at = Math.Min(place, text.Length - 1);
                    text = text[..at] + (way == 2 ? "" : character) + text[(way == 1 ? at : at + 1)..];
                }
                try
                {
                    _ = given.file.Contains("*835*", StringComparison.Ordinal) ? ReadRemittances(text).Count : ReadClaims(text).Count;
                }
                catch (X12Exception e)
                {
                    e.Message.ShouldNotContain("ROBIN", Case.Sensitive);
                }
            }, tests: 3000);
    }

    [Fact]
    public void A_line_break_inside_a_segment_is_refused() =>
        Refused(Replace("SAMPLE*ROBIN", "SAMPLE\n*ROBIN")).Message.ShouldContain("segment 13: a line break or control character stands inside");

    [Fact]
    public void A_segment_that_never_ends_is_refused_without_reading_the_rest() =>
        Refused(Replace("SAMPLE*ROBIN", new string('A', 200_000))).Message.ShouldContain("no terminator within 65536 characters");

    [Fact]
    public void A_byte_that_is_not_UTF_8_is_refused()
    {
        var bytes = System.Text.Encoding.Latin1.GetBytes(Replace("SAMPLE*ROBIN", "SAMPLÉ*ROBIN"));
        Should.Throw<X12Exception>(() => RemittanceReader.Read(new MemoryStream(bytes)).ToList()).Message.ShouldContain("not valid UTF-8");
    }

    [Fact]
    public void A_control_number_may_not_stand_twice_in_its_envelope()
    {
        var set = Between(X12Samples.Remittance, "ST*", "GE*");
        Refused(Replace("GE*1*42", $"{set}GE*2*42")).Message.ShouldContain("ST02: control number 0001 stands twice");
        var group = Between(X12Samples.Remittance, "GS*", "IEA*");
        Refused(Replace("IEA*1*", $"{group}IEA*2*")).Message.ShouldContain("GS06: control number 42 stands twice");
    }

    [Fact]
    public void A_file_may_hold_several_sets_groups_and_interchanges()
    {
        var second = Between(X12Samples.Remittance, "ST*", "GE*").Replace("0001~", "0002~", StringComparison.Ordinal);
        var twoSets = Replace("GE*1*42", $"{second}GE*2*42");
        // The second interchange brings its own separators.
        var other = X12Samples.Remittance.Replace("000000042", "000000043", StringComparison.Ordinal)
            .Replace('*', '|').Replace(':', '>').Replace('~', '!');

        var remittances = ReadRemittances($"{twoSets}\n{other}");

        remittances.Select(remittance => (remittance.Interchange.ControlNumber, remittance.ControlNumber))
            .ShouldBe([("000000042", "0001"), ("000000042", "0002"), ("000000043", "0001")]);
        remittances.ShouldAllBe(remittance => remittance.Claims.Count == 3);
    }

    [Fact]
    public void No_error_repeats_what_could_be_a_persons_record()
    {
        string[] damages = ["SAM:PLE*ROBIN", "SAM~PLE*ROBIN", "SAMPLE*R*O*B*X*Y*Z*Q*R*S", "SAM\nPLE*ROBIN", "SAMPLE~ROBIN*X"];
        foreach (var damaged in damages)
        {
            var message = Refused(Replace("SAMPLE*ROBIN", damaged)).Message;
            foreach (var secret in new[] { "SAM", "PLE", "ROBIN", "M0001" })
                message.ShouldNotContain(secret, Case.Sensitive);
        }
    }

    private static string Replace(string text, string with)
    {
        var at = X12Samples.Remittance.IndexOf(text, StringComparison.Ordinal);
        at.ShouldBeGreaterThanOrEqualTo(0);
        return X12Samples.Remittance[..at] + with + X12Samples.Remittance[(at + text.Length)..];
    }

    private static string Between(string text, string first, string end)
    {
        var at = text.IndexOf(first, StringComparison.Ordinal);
        return text[at..text.IndexOf(end, at, StringComparison.Ordinal)];
    }
}
