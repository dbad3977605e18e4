//! What is learned from each format, with the bytes it stands at.

#![expect(clippy::unwrap_used, reason = "tests may")]

use std::sync::Arc;

use model::{Facts, FileId, GuardKind, Source};
use nhilint_pipelines as pipelines;
use syntax::Limits;

fn facts(path: &str, text: &str) -> Facts {
    let language = pipelines::named_language(path, text)
        .or_else(|| pipelines::content_language(path, text))
        .or_else(|| pipelines::settings_language(path, text));
    let Some(language) = language else { return Facts::default() };
    let tree = syntax::parse(Arc::from(text), language, &Limits::default());
    pipelines::lower(&Source { file: FileId(0), path, tree: &tree })
}

/// The literals, as the file has them.
fn literals<'t>(path: &str, text: &'t str) -> Vec<&'t str> {
    let facts = facts(path, text);
    let found = facts.credentials.iter().filter(|it| it.literal().is_some());
    found.map(|it| text.get(it.place.span.range()).unwrap()).collect()
}

const PASSWORD: &str = "kT7-vnQ2.pLw9";
const TOKEN: &str = "q9X2vLr7TzK4mWn8YbC3dFg6HjP1";

#[test]
fn literals_are_found_where_they_stand() {
    for (path, text, expected) in [
        (".env", "# note\nexport DB_PASSWORD=kT7-vnQ2.pLw9 # old\n", PASSWORD),
        ("a/prod.env", "DB_PASSWORD = 'kT7-vnQ2.pLw9'\r\nA=1", PASSWORD),
        (".env.local", "A=\"two\nlines\"\nDB_PASSWORD=\"kT7-vnQ2.pLw9\"", PASSWORD),
        (".env", "A=\"never closed\nDB_PASSWORD=kT7-vnQ2.pLw9", PASSWORD),
        ("compose.yaml", "services: {a: {environment: {DB_PASSWORD: kT7-vnQ2.pLw9}}}", PASSWORD),
        (
            "docker-compose.prod.yml",
            "services:\n  a:\n    environment:\n      - DB_PASSWORD=kT7-vnQ2.pLw9\n",
            PASSWORD,
        ),
        ("compose.yml", "services:\n a:\n  command: serve --password kT7-vnQ2.pLw9 x\n", PASSWORD),
        (
            "compose.yml",
            "services:\n a:\n  command: [serve, --password, kT7-vnQ2.pLw9]\n",
            PASSWORD,
        ),
        (
            "compose.yml",
            "x-a: &a\n  DB_PASSWORD: kT7-vnQ2.pLw9\nservices:\n b:\n  environment:\n   <<: *a\n",
            PASSWORD,
        ),
        (
            "compose.yml",
            "services:\n a:\n  environment:\n   DB_PASSWORD: ${DB:-kT7-vnQ2.pLw9}\n",
            PASSWORD,
        ),
        ("compose.yml", "secrets:\n a:\n  content: kT7-vnQ2.pLw9\n", PASSWORD),
        (
            "t.yaml",
            "AWSTemplateFormatVersion: x\nResources:\n  T:\n    Type: AWS::ECS::TaskDefinition\n    \
             Properties:\n      ContainerDefinitions:\n      - Environment:\n        \
             - {Name: DB_PASSWORD, Value: kT7-vnQ2.pLw9}\n        \
             - {Name: SECRET_NAME, Value: prod/db}\n",
            PASSWORD,
        ),
        (
            "t.yaml",
            "AWSTemplateFormatVersion: x\nMappings: {M: {prod: {DbPassword: kT7-vnQ2.pLw9}}}\n",
            PASSWORD,
        ),
        ("group_vars/all.yml", "db_password: kT7-vnQ2.pLw9\n", PASSWORD),
        ("config/prod.toml", "[smtp]\npassword = \"kT7-vnQ2.pLw9\"\n", PASSWORD),
        ("redis.conf", "port 6379\nrequirepass kT7-vnQ2.pLw9\n", PASSWORD),
        ("appsettings.json", "{\"Jwt\": {\"Key\": \"q9X2vLr7TzK4mWn8YbC3dFg6HjP1\"}}", TOKEN),
        (
            "db.enc.yaml",
            "user: ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]\n\
             api_token: q9X2vLr7TzK4mWn8YbC3dFg6HjP1\nsops:\n  mac: x\n",
            TOKEN,
        ),
        (
            "kube.yaml",
            "apiVersion: v1\nkind: Config\nclusters: []\nusers:\n- name: a\n  user:\n    \
             token: q9X2vLr7TzK4mWn8YbC3dFg6HjP1\n",
            TOKEN,
        ),
        (".github/workflows/a.yml", "env:\n  API_TOKEN: q9X2vLr7TzK4mWn8YbC3dFg6HjP1\n", TOKEN),
        (
            ".github/workflows/a.yml",
            "jobs:\n a:\n  steps:\n   - uses: x/y@v1\n     with:\n      password: kT7-vnQ2.pLw9\n",
            PASSWORD,
        ),
        (
            ".github/workflows/a.yml",
            "jobs:\n a:\n  steps:\n   - run: |\n      docker login -u ci -p kT7-vnQ2.pLw9 r.example.org\n",
            PASSWORD,
        ),
        (
            ".github/workflows/a.yml",
            "jobs:\n a:\n  services:\n   db:\n    options: -e DB_PASSWORD=kT7-vnQ2.pLw9\n",
            PASSWORD,
        ),
        ("action.yml", "inputs:\n api-token:\n  default: q9X2vLr7TzK4mWn8YbC3dFg6HjP1\n", TOKEN),
        (
            ".gitlab-ci.yml",
            "variables:\n  API_TOKEN: {value: q9X2vLr7TzK4mWn8YbC3dFg6HjP1}\n",
            TOKEN,
        ),
        (".gitlab-ci.yml", "a:\n script:\n  - mysql -uroot -pkT7-vnQ2.pLw9 shop\n", PASSWORD),
        (
            ".circleci/config.yml",
            "jobs:\n a:\n  docker:\n   - environment: {DB_PASSWORD: kT7-vnQ2.pLw9}\n",
            PASSWORD,
        ),
        (
            "azure-pipelines.yml",
            "variables:\n - name: dbPassword\n   value: kT7-vnQ2.pLw9\n",
            PASSWORD,
        ),
        (
            "bitbucket-pipelines.yml",
            "pipelines:\n default:\n  - step:\n     script:\n      - pipe: a/b:1\n        variables: {DB_PASSWORD: kT7-vnQ2.pLw9}\n",
            PASSWORD,
        ),
        (".npmrc", "a=b\n//r.example.org/:_authToken=q9X2vLr7TzK4mWn8YbC3dFg6HjP1\n", TOKEN),
        (".yarnrc.yml", "npmAuthToken: q9X2vLr7TzK4mWn8YbC3dFg6HjP1\n", TOKEN),
        (".netrc", "machine a.example.org\n login ci\n password kT7-vnQ2.pLw9\n", PASSWORD),
        (".git-credentials", "https://ci:kT7-vnQ2.pLw9@git.example.org\n", PASSWORD),
        (".pypirc", "[shop]\nusername = ci\npassword = kT7-vnQ2.pLw9\n", PASSWORD),
        (
            "pip.conf",
            "[global]\nextra-index-url =\n  https://ci:kT7-vnQ2.pLw9@r.example.org/?a=b\n",
            PASSWORD,
        ),
        (
            ".cargo/credentials.toml",
            "[registries.a]\ntoken = \"q9X2vLr7TzK4mWn8YbC3dFg6HjP1\"\n",
            TOKEN,
        ),
        ("application-prod.yml", "spring:\n datasource:\n  password: kT7-vnQ2.pLw9\n", PASSWORD),
        ("application.properties", "spring.datasource.password=kT7-vnQ2.pLw9\n", PASSWORD),
        (
            "c.yaml",
            "kind: Config\nclusters: []\ncontexts: []\nusers:\n - name: a\n   user: {password: kT7-vnQ2.pLw9}\n",
            PASSWORD,
        ),
        (
            "t.yaml",
            "Parameters:\n P: {NoEcho: true, Default: kT7-vnQ2.pLw9}\nResources:\n A:\n  Type: AWS::S3::Bucket\n",
            PASSWORD,
        ),
        (
            "t.json",
            "{\"Resources\": {\"A\": {\"Type\": \"AWS::RDS::DBInstance\", \"Properties\": {\"MasterUserPassword\": \"kT7-vnQ2.pLw9\"}}}}",
            PASSWORD,
        ),
        (".travis.yml", "env:\n  global:\n    - DB_PASSWORD=kT7-vnQ2.pLw9\n", PASSWORD),
        (".travis.yml", "env:\n  - A=1 DB_PASSWORD=kT7-vnQ2.pLw9\n", PASSWORD),
        (".travis.yml", "deploy: {provider: npm, api_token: q9X2vLr7TzK4mWn8YbC3dFg6HjP1}", TOKEN),
        (".drone.yml", "steps:\n- environment:\n    DB_PASSWORD: kT7-vnQ2.pLw9\n", PASSWORD),
        (".woodpecker/a.yaml", "steps:\n  a:\n    settings: {password: kT7-vnQ2.pLw9}\n", PASSWORD),
        ("cloudbuild.yaml", "steps:\n- env: ['DB_PASSWORD=kT7-vnQ2.pLw9']\n", PASSWORD),
        ("buildspec.yml", "env:\n  variables:\n    DB_PASSWORD: kT7-vnQ2.pLw9\n", PASSWORD),
        ("serverless.yml", "provider:\n  environment:\n    DB_PASSWORD: kT7-vnQ2.pLw9\n", PASSWORD),
        ("wrangler.toml", "[vars]\nDB_PASSWORD = \"kT7-vnQ2.pLw9\"\n", PASSWORD),
        ("Pulumi.prod.yaml", "config:\n  app:dbPassword: kT7-vnQ2.pLw9\n", PASSWORD),
        (
            "appsettings.Production.json",
            "{\"ConnectionStrings\": {\"Db\": \"Server=db;User Id=a;Password=kT7-vnQ2.pLw9;\"}}",
            PASSWORD,
        ),
        (
            ".github/workflows/a.yml",
            "jobs:\n a:\n  steps:\n   - run: |\n      ./deploy.sh \\\n        --password kT7-vnQ2.pLw9\n",
            PASSWORD,
        ),
    ] {
        assert_eq!(literals(path, text), [expected], "{path}: {text}");
    }
}

#[test]
fn references_and_stand_ins_are_quiet() {
    for (path, text) in [
        (".env", "DB_PASSWORD=\nA_TOKEN=${B}\nTOKEN_FILE=/run/secrets/a\nAPI_TOKEN=your-token\n"),
        (".env.example", "DB_PASSWORD=kT7-vnQ2.pLw9\nURL=postgres://a:kT7-vnQ2.pLw9@db/x\n"),
        (".env.d.ts", "DB_PASSWORD=kT7-vnQ2.pLw9\n"),
        (
            "compose.yml",
            "services:\n a:\n  environment:\n   DB_PASSWORD: ${DB_PASSWORD:?}\n   A_TOKEN:\n",
        ),
        (".github/workflows/a.yml", "env:\n  A_TOKEN: ${{ secrets.A }}\n  CACHE_KEY: deps-v1\n"),
        (
            ".gitlab-ci.yml",
            "variables:\n  A_TOKEN: $CI_JOB_TOKEN\nid_tokens:\n  T: {aud: https://a.example.org}\n",
        ),
        (".npmrc", "//r.example.org/:_authToken=${NPM_TOKEN}\n; _auth=x\n"),
        ("a.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
        ("a.key", "no key at all: DB_PASSWORD=kT7-vnQ2.pLw9"),
        (
            "t.yaml",
            "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n A:\n  Type: AWS::RDS::DBInstance\n  Properties:\n   MasterUserPassword: !Ref Password\n B:\n  Type: AWS::RDS::DBInstance\n  Properties:\n   MasterUserPassword: !Sub '{{resolve:secretsmanager:${S}}}'\n   DBName: kestrel2041\n",
        ),
        ("notes.txt", "DB_PASSWORD=kT7-vnQ2.pLw9"),
        (".travis.yml", "env:\n  global:\n    - secure: kT7vnQ2pLw9kT7vnQ2pLw9kT7vnQ2pLw9\n"),
        (".drone.yml", "steps:\n- environment:\n    A_TOKEN: {from_secret: a-token}\n"),
        ("buildspec.yml", "env:\n  secrets-manager:\n    A_TOKEN: prod/ci:token\n"),
        ("Pulumi.prod.yaml", "config:\n  app:dbPassword:\n    secure: v1:kT7vnQ2p:Lw9kT7vnQ2p==\n"),
    ] {
        assert_eq!(literals(path, text), Vec::<&str>::new(), "{path}: {text}");
    }
}

#[test]
fn stored_keys_are_those_of_the_store() {
    let text = "jobs:\n a:\n  steps:\n   - uses: aws-actions/configure-aws-credentials@v4\n     with:\n      aws-access-key-id: ${{ secrets.A }}\n      aws-secret-access-key: ${{ secrets.B }}\n   - uses: aws-actions/configure-aws-credentials@v4\n     with:\n      aws-access-key-id: ${{ steps.a.outputs.id }}\n      role-to-assume: x\n";
    let found = facts(".github/workflows/a.yml", text);
    assert_eq!(found.guards.len(), 1);
    let guard = found.guards.first().unwrap();
    assert!(matches!(guard.kind, GuardKind::StoredKeyInUse { what: "an AWS access key", .. }));
    assert_eq!(text.get(guard.place.span.range()), Some("${{ secrets.A }}"));
}

#[test]
fn two_values_get_two_names_and_one_value_one() {
    let text = "jobs:\n  a:\n    steps:\n    - run: |\n        \
                docker login -u ci -p kT7-vnQ2.pLw9 a.example.org\n        \
                docker login -u ci -p mR4-zxB8.wKq1 b.example.org\n        \
                docker login -u ci -p kT7-vnQ2.pLw9 c.example.org\n";
    let found = facts(".github/workflows/a.yml", text);
    let fixes = found.credentials.iter().filter_map(|it| it.fix.as_deref());
    let written: Vec<&str> = fixes.map(|it| it.edits[0].text.as_str()).collect();
    let (first, second) = ("${{ secrets.RUN_PASSWORD }}", "${{ secrets.RUN_PASSWORD_2 }}");
    assert_eq!(written, [first, second, first]);
}

#[test]
fn an_expression_is_not_put_into_an_expression() {
    let text = "env:\n  A: ${{ secrets.API_KEY || 'q9X2vLr7TzK4mWn8YbC3dFg6HjP1' }}\n";
    let path = ".github/workflows/a.yml";
    assert_eq!(literals(path, text), [TOKEN]);
    let found = facts(path, text);
    assert!(found.credentials.iter().all(|it| it.fix.is_none()));
}

#[test]
fn fixes_leave_nothing_of_the_secret() {
    for (path, text, expected) in [
        (
            "compose.yml",
            "services:\n a:\n  environment:\n   DB_PASSWORD: kT7-vnQ2.pLw9\n",
            "services:\n a:\n  environment:\n   DB_PASSWORD: ${DB_PASSWORD}\n",
        ),
        (
            "compose.yml",
            "services: {a: {environment: {DB_PASSWORD: kT7-vnQ2.pLw9}}}",
            "services: {a: {environment: {DB_PASSWORD: \"${DB_PASSWORD}\"}}}",
        ),
        (
            "compose.yml",
            "services:\n a:\n  environment:\n   A_SECRET: ${A:-q9X2vLr7TzK4mWn8YbC3dFg6HjP1}\n",
            "services:\n a:\n  environment:\n   A_SECRET: ${A:?}\n",
        ),
        (
            ".github/workflows/a.yml",
            "env:\n  GITHUB_TOKEN: 'q9X2vLr7TzK4mWn8YbC3dFg6HjP1'\n",
            "env:\n  GITHUB_TOKEN: '${{ secrets.GH_TOKEN }}'\n",
        ),
        (
            ".npmrc",
            "//r.example.org/:_authToken=q9X2vLr7TzK4mWn8YbC3dFg6HjP1\n",
            "//r.example.org/:_authToken=${AUTH_TOKEN}\n",
        ),
    ] {
        let found = facts(path, text);
        let fix = found.credentials.iter().find_map(|it| it.fix.as_deref()).unwrap();
        let mut fixed = text.to_owned();
        for edit in &fix.edits {
            fixed.replace_range(edit.span.range(), &edit.text);
        }
        assert_eq!(fixed, expected);
        assert_eq!(literals(path, &fixed), Vec::<&str>::new());
    }
}

#[test]
fn fixes_take_every_copy_or_none() {
    let text = "services:\n a:\n  environment:\n   DB_PASSWORD: kT7-vnQ2.pLw9\n b:\n  environment:\n   ADMIN_PASSWORD: kT7-vnQ2.pLw9\n";
    let found = facts("compose.yml", text);
    let edits = found.credentials.iter().map(|it| it.fix.as_ref().unwrap().edits.len());
    assert_eq!(edits.collect::<Vec<_>>(), [2, 2]);
    let found = facts("compose.yml", &format!("# kT7-vnQ2.pLw9\n{text}"));
    assert_eq!(found.credentials.len(), 2);
    assert!(found.credentials.iter().all(|it| it.fix.is_none()));
}

#[test]
fn a_plain_value_beside_ciphertext_is_marked() {
    for (text, expected) in [
        ("A_TOKEN=q9X2vLr7TzK4mWn8YbC3dFg6HjP1\nsops_mac=ENC[AES256_GCM,data:a,type:str]\n", true),
        ("A_TOKEN=q9X2vLr7TzK4mWn8YbC3dFg6HjP1\n", false),
    ] {
        let found = facts(".env", text);
        let literal = found.credentials.iter().find_map(|it| it.literal()).unwrap();
        assert_eq!(literal.beside_encryption, expected);
    }
}

#[test]
fn ciphertext_is_silent_and_what_is_plain_beside_it_is_not() {
    let sealed = "ENC[AES256_GCM,data:p673wA9x,iv:YYqL2w==,tag:Anz0w==,type:str]";
    let data_key = format!("AQICAHh{}", "kT9xQ2mLw81zR4nY".repeat(10));
    let age = "-----BEGIN AGE ENCRYPTED FILE-----\\nYWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgy\\n\
               -----END AGE ENCRYPTED FILE-----\\n";
    let cases = [
        (
            ".env",
            format!(
                "DB_PASSWORD={sealed}\nAPI_PASSWORD={PASSWORD}\nsops_mac={sealed}\n\
                 sops_kms__list_0__map_enc={data_key}\nsops_age__list_0__map_enc={age}\n\
                 sops_pgp__list_0__map_fp=FBC7B9E2A4F9289AC0C1D4843D16CEE4A27381B4\n"
            ),
        ),
        (
            ".pypirc",
            format!(
                "[a]\npassword = {sealed}\n[b]\npassword = {PASSWORD}\n[sops]\nmac = {sealed}\n\
                 kms__list_0__map_enc = {data_key}\n"
            ),
        ),
        (
            "appsettings.json",
            format!(
                "{{\"Password\": \"{sealed}\", \"ApiPassword\": \"{PASSWORD}\", \"sops\": \
                 {{\"kms\": [{{\"enc\": \"{data_key}\"}}], \"age\": [{{\"enc\": \"{age}\"}}], \
                 \"mac\": \"{sealed}\"}}}}"
            ),
        ),
        (
            "application.yaml",
            format!(
                "db:\n  password: !vault |\n    $ANSIBLE_VAULT;1.1;AES256\n    {}\n  \
                 api-password: {PASSWORD}\n  mail-password: ENC(kT9xQ2mLw81zR4nYkT9xQ2mLw81zR4nY)\n  \
                 jwt-secret: '{{cipher}}{}'\n",
                "36313938".repeat(10),
                "3f2a9c1b".repeat(8)
            ),
        ),
        (
            ".env.production",
            format!(
                "DOTENV_PUBLIC_KEY=\"03{}\"\nDB_PASSWORD=\"encrypted:{}\"\nAPI_PASSWORD={PASSWORD}\n",
                "ab12".repeat(16),
                "BkT9xQ2mLw81zR4n".repeat(8)
            ),
        ),
    ];
    for (path, text) in &cases {
        assert_eq!(literals(path, text), [PASSWORD], "{path}: {text}");
    }
    for text in [
        format!("$ANSIBLE_VAULT;1.1;AES256\n{}\n", "36313938".repeat(10)),
        age.replace("\\n", "\n"),
    ] {
        assert_eq!(literals("prod.env", &text), Vec::<&str>::new(), "{text}");
    }
}

#[test]
fn hostile_input_ends() {
    let deep = format!("a: {}x", "[".repeat(100_000));
    let long = "DB_PASSWORD=kT7-vnQ2.pLw9\n".repeat(5_000);
    let quotes = "A=\"\nB='\nC=`\n".repeat(2_000);
    let sections = "[a]\n b\nc = d\n".repeat(2_000);
    for path in [".env", "compose.yml", ".github/workflows/a.yml", ".npmrc", ".netrc", "pip.conf"] {
        for text in
            [&deep, &long, &quotes, &sections, "", "\u{feff}", "\u{feff}=", "A=\0\0", "=\r\r\n\""]
        {
            facts(path, text);
        }
    }
}
