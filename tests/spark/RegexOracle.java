import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What java.util.regex makes of patterns: lines "pattern TAB subject" in (backslashes, tabs and line ends escaped as \\, \t, \n, \r),
 * lines out: "!" for a pattern that does not compile, else the subject with each match replaced by "<match|group 1|group 2>".
 */
public class RegexOracle {
    private static String unescape(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                char next = text.charAt(++i);
                c = next == 't' ? '\t' : next == 'n' ? '\n' : next == 'r' ? '\r' : next;
            }
            out.append(c);
        }
        return out.toString();
    }

    private static String answer(String pattern, String subject) {
        Matcher matcher;
        try {
            matcher = Pattern.compile(pattern).matcher(subject);
        } catch (PatternSyntaxException | StackOverflowError e) {
            return "!";
        }
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (matcher.find()) {
            out.append(subject, at, matcher.start()).append('<').append(matcher.group());
            for (int g = 1; g <= 2; g++)
                out.append('|').append(g > matcher.groupCount() || matcher.group(g) == null ? "" : matcher.group(g));
            out.append('>');
            at = matcher.end();
        }
        return out.append(subject.substring(at)).toString();
    }

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, "UTF-8");
        for (String line; (line = in.readLine()) != null;) {
            int tab = line.indexOf('\t');
            String result = answer(unescape(line.substring(0, tab)), unescape(line.substring(tab + 1)));
            out.print(result.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r") + "\n");
        }
        out.flush();
    }
}
