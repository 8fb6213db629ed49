//! Doubts about names and declarations.

use super::tell;

fn rules(rest: &str) -> String {
    format!("[[rule]]\nstudio = 'image'\nmodels = [\n{rest}\n]\n")
}

#[test]
#[rustfmt::skip]
fn names_that_are_taken_for_each_other() {
    let rows: Vec<(String, &[&str])> = vec![
        (rules("{ model = 'Flux-dev', per.output = 1 },\n{ model = 'flux-dev', per.output = 2 }"), &["8:12 `flux-dev` and `Flux-dev` differ only by case (write one of them everywhere, if the same model is meant)"]),
        (rules("{ model = 'flux dev', per.output = 1 },\n{ model = 'flux  dev', per.output = 2 }"), &["8:12 the model `flux  dev` has two spaces in a row"]),
        (rules("{ model = 'flux-d\u{435}v', per.output = 1 }"), &["7:12 the model `flux-dеv` has `е` (U+0435), which looks like `e`"]),
        (rules("{ model = 'flux\u{ff0d}dev', per.output = 1 },\n{ model = 'flux-dev', per.output = 1 }"), &["7:12 the model `flux－dev` has `－` (U+FF0D), which looks like `-`"]),
        (rules("{ model = 'flux\u{200b}-dev', per.output = 1 }"), &["7:12 the model `flux\u{200b}-dev` has a character that is not seen, U+200B"]),
        (rules("{ model = 'flux\u{a0}dev', per.output = 1 }"), &["7:12 the model `flux\u{a0}dev` has a character that is not seen, U+00A0"]),
        (rules("{ model = 'видео', per.output = 1 },\n{ model = '画像', per.output = 1 }"), &[]),
        (rules("{ model = 'kling-2.1', per.output = 1 },\n{ model = 'kling-2.6', per.output = 2 }"), &[]),
        (rules("{ model = 'a', tool = 'Edit', per.output = 1 },\n{ model = 'b', tool = 'edit', per.output = 2 }"), &["8:24 `edit` and `Edit` differ only by case (write one of them everywhere, if the same tool is meant)"]),
        ("[[rule]]\nstudio = 'Image'\nmodel = 'a'\nper.output = 1\n[[rule]]\nstudio = 'image'\nmodel = 'b'\nper.output = 1".into(), &["9:11 `image` and `Image` differ only by case (write one of them everywhere, if the same studio is meant)"]),
        ("[settings]\nsize = { values = ['s ', 'm'], default = 's ' }\n[[rule]]\nstudio = 'image'\nmodel = 'b'\nper.output = \"if size = 's ' then 1 else 2\"".into(), &["5:21 the value `s ` ends with a space"]),
        ("[settings]\nsize = { values = ['S', 's'], default = 'S' }\nSize = { max = 2, default = 1 }\n[[rule]]\nstudio = 'image'\nmodel = 'b'\nper.output.size = { S = 'Size', s = 2 }".into(), &["5:26 `s` and `S` differ only by case (write one of them everywhere, if the same value is meant)", "6:1 `Size` and `size` differ only by case (write one of them everywhere, if the same name is meant)"]),
    ];
    let rows: Vec<(&str, &[&str])> = rows.iter().map(|(rest, expected)| (&**rest, *expected)).collect();
    tell(&rows);
}

#[test]
#[rustfmt::skip]
fn what_nothing_uses_and_what_cannot_be_quoted() {
    tell(&[
        ("[settings]\nsize = { values = ['s', 'm'] }\n[[rule]]\nstudio = 'image'\nmodel = 'b'\nper.output = 1", &["5:1 no rule uses the setting `size`"]),
        ("[settings]\nsize = { values = ['s', 'm'] }\n[[rule]]\nstudio = 'image'\nmodel = 'b'\nsettings = ['size']\nper.output = 1", &[]),
        ("[settings]\nseconds = { unit = 'second', max = 5 }\n[[rule]]\nstudio = 'image'\nmodel = 'b'\nper.second = 1", &[]),
        ("[facts]\nplan = { values = ['s', 'm'] }\n[[rule]]\nstudio = 'image'\nmodel = 'b'\nper.output = 1", &["5:1 no rule uses the fact `plan`"]),
        ("[facts]\nplan = { values = ['s', 'm'], note = 'for later' }\n[[rule]]\nstudio = 'image'\nmodel = 'b'\nper.output = 1", &[]),
        ("[let]\na = 'b + 1'\nb = 2\nc = 'a'\n[[rule]]\nstudio = 'image'\nmodel = 'b'\nper.output = 'a'", &["7:1 no rule uses the named value `c`"]),
        ("[[rule]]\nstudio = 'image'\nlet.a = 2\nlet.b = 3\nmodels = [{ model = 'x', per.output = 'a' }, { model = 'y', per.output = 4 }]", &["7:5 the rule does not use its named value `b`"]),
        ("[settings]\ngpu = { unit = 'gpu_second', measured = true }\n[[rule]]\nstudio = 'image'\nmodel = 'b'\nper.gpu_second = 1", &["5:1 `gpu` is measured, and has neither a `default` nor a `max` (nothing can be quoted before the work: say what to assume, or how much it is at most)"]),
        ("[settings]\ngpu = { unit = 'gpu_second', measured = true }\n[[rule]]\nstudio = 'image'\nmodel = 'b'\nsettings.gpu = { max = 60 }\nper.gpu_second = 1", &[]),
        ("[facts]\ngpu = { unit = 'gpu_second', measured = true }\n[[rule]]\nstudio = 'image'\nmodel = 'b'\nper.gpu_second = 1", &["5:1 `gpu` is measured, and has neither a `default` nor a `max` (nothing can be quoted before the work: say what to assume, or how much it is at most)"]),
        ("from = 2026-01-01\n[[rule]]\nstudio = 'image'\nmodel = 'b'\nper.output = 1\n[[example]]\nstudio = 'image'\nmodel = 'b'\nat = 2025-01-01\ncosts = 1", &["12:1 the example is for 2025-01-01, when the book is not in force"]),
    ]);
}

#[test]
#[rustfmt::skip]
fn slips_that_a_catch_all_would_hide() {
    tell(&[
        ("[[rule]]\nstudio = 'image'\nmodels = [{ model = 'flux-dev', per.output = 2 }, { model = '*', per.output = 1 }]\n[[example]]\nstudio = 'image'\nmodel = 'flux-dve'\ncosts = 1", &["9:10 `flux-dve` is no model of `image`, and is taken for any other (did you mean `flux-dev`?)"]),
        ("[[rule]]\nstudio = 'image'\nmodels = [{ model = 'flux-1', per.output = 2 }, { model = '*', per.output = 1 }]\n[[example]]\nstudio = 'image'\nmodel = 'flux-2'\ncosts = 1", &[]),
        ("[[rule]]\nstudio = 'image'\nmodels = [{ model = 'flux-dev', per.output = 2 }, { model = '*', per.output = 1 }]\n[[rule]]\nstudio = 'edit'\nmodel = 'a'\nper.output = \"price('image', 'fluxdev')\"", &["10:30 `fluxdev` is no model of `image`, and is taken for any other (did you mean `flux-dev`?)"]),
        ("[settings]\nof = { values = ['flux-dev', 'flux-pr'], default = 'flux-dev' }\n[[rule]]\nstudio = 'image'\nmodels = [{ model = 'flux-dev', per.output = 2 }, { model = 'flux-pro', per.output = 2 }, { model = '*', per.output = 1 }]\n[[rule]]\nstudio = 'edit'\nmodel = 'a'\nper.output = \"price('image', of)\"", &["5:31 `flux-pr` is no model of `image`, and is taken for any other (did you mean `flux-pro`?)"]),
        ("[settings]\nof = { type = 'text', default = 'flux-dev' }\n[[rule]]\nstudio = 'edit'\nmodel = 'a'\nper.output.of = { flux-dev = 2, flux-pro = 3, else = 1 }\n[[example]]\nstudio = 'edit'\nmodel = 'a'\nsettings = { of = 'fluxpro' }\ncosts = 1", &["13:20 `fluxpro` is no key of the table by `of`, and falls to `else` (did you mean `flux-pro`?)"]),
        ("[settings]\nof = { type = 'text', default = 'flux-dev' }\n[[rule]]\nstudio = 'image'\nmodel = 'flux-dev'\nper.output = 2\n[[rule]]\nstudio = 'edit'\nmodel = 'a'\nper.output = \"price('image', of)\"", &["13:30 `of` may be any text, and `image` has no rule for any model (write a rule for the model `*`, or list the `values`)"]),
    ]);
}
